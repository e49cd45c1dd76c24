/*eslint-disable block-scoped-var, id-length, no-control-regex, no-magic-numbers, no-mixed-operators, no-prototype-builtins, no-redeclare, no-shadow, no-var, sort-vars, default-case, jsdoc/require-param*/
import $protobuf from "protobufjs/minimal.js";

// Common aliases
const $Reader = $protobuf.Reader, $Writer = $protobuf.Writer, $util = $protobuf.util;
const $Object = $util.global.Object, $undefined = $util.global.undefined, $Error = $util.global.Error, $RangeError = $util.global.RangeError;

// Exported root namespace
const $root = $protobuf.roots["telamon"] || ($protobuf.roots["telamon"] = {});

export const telamon = $root.telamon = (() => {

    /**
     * Namespace telamon.
     * @exports telamon
     * @namespace
     */
    const telamon = {};

    telamon.v1 = (function() {

        /**
         * Namespace v1.
         * @memberof telamon
         * @namespace
         */
        const v1 = {};

        v1.Matcher = (function() {

            /**
             * Properties of a Matcher.
             * @typedef {Object} telamon.v1.Matcher.$Properties
             * @property {telamon.v1.Matcher.Type|null} [type] Matcher type
             * @property {string|null} [name] Matcher name
             * @property {string|null} [value] Matcher value
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Matcher.
             * @memberof telamon.v1
             * @interface IMatcher
             * @augments telamon.v1.Matcher.$Properties
             * @deprecated Use telamon.v1.Matcher.$Properties instead.
             */

            /**
             * Shape of a Matcher.
             * @typedef {telamon.v1.Matcher.$Properties} telamon.v1.Matcher.$Shape
             */

            /**
             * Constructs a new Matcher.
             * @memberof telamon.v1
             * @classdesc Represents a Matcher.
             * @constructor
             * @param {telamon.v1.Matcher.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Matcher = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Matcher type.
             * @member {telamon.v1.Matcher.Type} type
             * @memberof telamon.v1.Matcher
             * @instance
             */
            Matcher.prototype.type = 0;

            /**
             * Matcher name.
             * @member {string} name
             * @memberof telamon.v1.Matcher
             * @instance
             */
            Matcher.prototype.name = "";

            /**
             * Matcher value.
             * @member {string} value
             * @memberof telamon.v1.Matcher
             * @instance
             */
            Matcher.prototype.value = "";

            /**
             * Creates a new Matcher instance using the specified properties.
             * @function create
             * @memberof telamon.v1.Matcher
             * @static
             * @param {telamon.v1.Matcher.$Properties=} [properties] Properties to set
             * @returns {telamon.v1.Matcher} Matcher instance
             * @type {{
             *   (properties: telamon.v1.Matcher.$Shape): telamon.v1.Matcher & telamon.v1.Matcher.$Shape;
             *   (properties?: telamon.v1.Matcher.$Properties): telamon.v1.Matcher;
             * }}
             */
            Matcher.create = function(properties) {
                return new Matcher(properties);
            };

            /**
             * Encodes the specified Matcher message. Does not implicitly {@link telamon.v1.Matcher.verify|verify} messages.
             * @function encode
             * @memberof telamon.v1.Matcher
             * @static
             * @param {telamon.v1.Matcher.$Properties} message Matcher message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Matcher.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.type != null && $Object.hasOwnProperty.call(message, "type") && message.type !== 0)
                    writer.uint32(/* id 1, wireType 0 =*/8).int32(message.type);
                if (message.name != null && $Object.hasOwnProperty.call(message, "name") && message.name !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.name);
                if (message.value != null && $Object.hasOwnProperty.call(message, "value") && message.value !== "")
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.value);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Matcher message from the specified reader or buffer.
             * @function decode
             * @memberof telamon.v1.Matcher
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {telamon.v1.Matcher & telamon.v1.Matcher.$Shape} Matcher
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Matcher.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.telamon.v1.Matcher();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.type = value;
                            else
                                delete message.type;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.name = value;
                            else
                                delete message.name;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.value = value;
                            else
                                delete message.value;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            /**
             * Type enum.
             * @name telamon.v1.Matcher.Type
             * @enum {number}
             * @property {number} EQUAL=0 EQUAL value
             * @property {number} NOT_EQUAL=1 NOT_EQUAL value
             * @property {number} REGEX_MATCH=2 REGEX_MATCH value
             * @property {number} REGEX_NO_MATCH=3 REGEX_NO_MATCH value
             */
            Matcher.Type = (function() {
                const valuesById = $Object.create(null), values = $Object.create(valuesById);
                values[valuesById[0] = "EQUAL"] = 0;
                values[valuesById[1] = "NOT_EQUAL"] = 1;
                values[valuesById[2] = "REGEX_MATCH"] = 2;
                values[valuesById[3] = "REGEX_NO_MATCH"] = 3;
                return values;
            })();

            return Matcher;
        })();

        v1.ErrorDetail = (function() {

            /**
             * Properties of an ErrorDetail.
             * @typedef {Object} telamon.v1.ErrorDetail.$Properties
             * @property {string|null} [id] ErrorDetail id
             * @property {number|null} [status] ErrorDetail status
             * @property {boolean|null} [isRetryable] ErrorDetail isRetryable
             * @property {string|null} [message] ErrorDetail message
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of an ErrorDetail.
             * @memberof telamon.v1
             * @interface IErrorDetail
             * @augments telamon.v1.ErrorDetail.$Properties
             * @deprecated Use telamon.v1.ErrorDetail.$Properties instead.
             */

            /**
             * Shape of an ErrorDetail.
             * @typedef {telamon.v1.ErrorDetail.$Properties} telamon.v1.ErrorDetail.$Shape
             */

            /**
             * Constructs a new ErrorDetail.
             * @memberof telamon.v1
             * @classdesc Represents an ErrorDetail.
             * @constructor
             * @param {telamon.v1.ErrorDetail.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const ErrorDetail = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * ErrorDetail id.
             * @member {string} id
             * @memberof telamon.v1.ErrorDetail
             * @instance
             */
            ErrorDetail.prototype.id = "";

            /**
             * ErrorDetail status.
             * @member {number} status
             * @memberof telamon.v1.ErrorDetail
             * @instance
             */
            ErrorDetail.prototype.status = 0;

            /**
             * ErrorDetail isRetryable.
             * @member {boolean} isRetryable
             * @memberof telamon.v1.ErrorDetail
             * @instance
             */
            ErrorDetail.prototype.isRetryable = false;

            /**
             * ErrorDetail message.
             * @member {string} message
             * @memberof telamon.v1.ErrorDetail
             * @instance
             */
            ErrorDetail.prototype.message = "";

            /**
             * Creates a new ErrorDetail instance using the specified properties.
             * @function create
             * @memberof telamon.v1.ErrorDetail
             * @static
             * @param {telamon.v1.ErrorDetail.$Properties=} [properties] Properties to set
             * @returns {telamon.v1.ErrorDetail} ErrorDetail instance
             * @type {{
             *   (properties: telamon.v1.ErrorDetail.$Shape): telamon.v1.ErrorDetail & telamon.v1.ErrorDetail.$Shape;
             *   (properties?: telamon.v1.ErrorDetail.$Properties): telamon.v1.ErrorDetail;
             * }}
             */
            ErrorDetail.create = function(properties) {
                return new ErrorDetail(properties);
            };

            /**
             * Encodes the specified ErrorDetail message. Does not implicitly {@link telamon.v1.ErrorDetail.verify|verify} messages.
             * @function encode
             * @memberof telamon.v1.ErrorDetail
             * @static
             * @param {telamon.v1.ErrorDetail.$Properties} message ErrorDetail message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            ErrorDetail.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.id != null && $Object.hasOwnProperty.call(message, "id") && message.id !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.id);
                if (message.status != null && $Object.hasOwnProperty.call(message, "status") && message.status !== 0)
                    writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.status);
                if (message.isRetryable != null && $Object.hasOwnProperty.call(message, "isRetryable") && message.isRetryable !== false)
                    writer.uint32(/* id 3, wireType 0 =*/24).bool(message.isRetryable);
                if (message.message != null && $Object.hasOwnProperty.call(message, "message") && message.message !== "")
                    writer.uint32(/* id 4, wireType 2 =*/34).string(message.message);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes an ErrorDetail message from the specified reader or buffer.
             * @function decode
             * @memberof telamon.v1.ErrorDetail
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {telamon.v1.ErrorDetail & telamon.v1.ErrorDetail.$Shape} ErrorDetail
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            ErrorDetail.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.telamon.v1.ErrorDetail();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.id = value;
                            else
                                delete message.id;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.status = value;
                            else
                                delete message.status;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.isRetryable = value;
                            else
                                delete message.isRetryable;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.message = value;
                            else
                                delete message.message;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return ErrorDetail;
        })();

        return v1;
    })();

    return telamon;
})();

export const v1 = telamon.v1;
