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
             * @property {boolean|null} [isEscaped] Matcher isEscaped
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
             * Matcher isEscaped.
             * @member {boolean} isEscaped
             * @memberof telamon.v1.Matcher
             * @instance
             */
            Matcher.prototype.isEscaped = false;

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
                if (message.isEscaped != null && $Object.hasOwnProperty.call(message, "isEscaped") && message.isEscaped !== false)
                    writer.uint32(/* id 4, wireType 0 =*/32).bool(message.isEscaped);
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
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.isEscaped = value;
                            else
                                delete message.isEscaped;
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

        v1.HttpHeader = (function() {

            /**
             * Properties of a HttpHeader.
             * @typedef {Object} telamon.v1.HttpHeader.$Properties
             * @property {string|null} [name] HttpHeader name
             * @property {string|null} [value] HttpHeader value
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a HttpHeader.
             * @memberof telamon.v1
             * @interface IHttpHeader
             * @augments telamon.v1.HttpHeader.$Properties
             * @deprecated Use telamon.v1.HttpHeader.$Properties instead.
             */

            /**
             * Shape of a HttpHeader.
             * @typedef {telamon.v1.HttpHeader.$Properties} telamon.v1.HttpHeader.$Shape
             */

            /**
             * Constructs a new HttpHeader.
             * @memberof telamon.v1
             * @classdesc Represents a HttpHeader.
             * @constructor
             * @param {telamon.v1.HttpHeader.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const HttpHeader = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * HttpHeader name.
             * @member {string} name
             * @memberof telamon.v1.HttpHeader
             * @instance
             */
            HttpHeader.prototype.name = "";

            /**
             * HttpHeader value.
             * @member {string} value
             * @memberof telamon.v1.HttpHeader
             * @instance
             */
            HttpHeader.prototype.value = "";

            /**
             * Creates a new HttpHeader instance using the specified properties.
             * @function create
             * @memberof telamon.v1.HttpHeader
             * @static
             * @param {telamon.v1.HttpHeader.$Properties=} [properties] Properties to set
             * @returns {telamon.v1.HttpHeader} HttpHeader instance
             * @type {{
             *   (properties: telamon.v1.HttpHeader.$Shape): telamon.v1.HttpHeader & telamon.v1.HttpHeader.$Shape;
             *   (properties?: telamon.v1.HttpHeader.$Properties): telamon.v1.HttpHeader;
             * }}
             */
            HttpHeader.create = function(properties) {
                return new HttpHeader(properties);
            };

            /**
             * Encodes the specified HttpHeader message. Does not implicitly {@link telamon.v1.HttpHeader.verify|verify} messages.
             * @function encode
             * @memberof telamon.v1.HttpHeader
             * @static
             * @param {telamon.v1.HttpHeader.$Properties} message HttpHeader message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            HttpHeader.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.name != null && $Object.hasOwnProperty.call(message, "name") && message.name !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.name);
                if (message.value != null && $Object.hasOwnProperty.call(message, "value") && message.value !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.value);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a HttpHeader message from the specified reader or buffer.
             * @function decode
             * @memberof telamon.v1.HttpHeader
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {telamon.v1.HttpHeader & telamon.v1.HttpHeader.$Shape} HttpHeader
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            HttpHeader.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.telamon.v1.HttpHeader();
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
                                message.name = value;
                            else
                                delete message.name;
                            continue;
                        }
                    case 2: {
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

            return HttpHeader;
        })();

        v1.HttpRequest = (function() {

            /**
             * Properties of a HttpRequest.
             * @typedef {Object} telamon.v1.HttpRequest.$Properties
             * @property {number|null} [id] HttpRequest id
             * @property {string|null} [tenant] HttpRequest tenant
             * @property {string|null} [method] HttpRequest method
             * @property {string|null} [path] HttpRequest path
             * @property {string|null} [query] HttpRequest query
             * @property {Array.<telamon.v1.HttpHeader.$Properties>|null} [headers] HttpRequest headers
             * @property {Uint8Array|null} [body] HttpRequest body
             * @property {number|null} [timeoutMs] HttpRequest timeoutMs
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a HttpRequest.
             * @memberof telamon.v1
             * @interface IHttpRequest
             * @augments telamon.v1.HttpRequest.$Properties
             * @deprecated Use telamon.v1.HttpRequest.$Properties instead.
             */

            /**
             * Shape of a HttpRequest.
             * @typedef {telamon.v1.HttpRequest.$Properties} telamon.v1.HttpRequest.$Shape
             */

            /**
             * Constructs a new HttpRequest.
             * @memberof telamon.v1
             * @classdesc Represents a HttpRequest.
             * @constructor
             * @param {telamon.v1.HttpRequest.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const HttpRequest = function (properties) {
                this.headers = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * HttpRequest id.
             * @member {number} id
             * @memberof telamon.v1.HttpRequest
             * @instance
             */
            HttpRequest.prototype.id = 0;

            /**
             * HttpRequest tenant.
             * @member {string} tenant
             * @memberof telamon.v1.HttpRequest
             * @instance
             */
            HttpRequest.prototype.tenant = "";

            /**
             * HttpRequest method.
             * @member {string} method
             * @memberof telamon.v1.HttpRequest
             * @instance
             */
            HttpRequest.prototype.method = "";

            /**
             * HttpRequest path.
             * @member {string} path
             * @memberof telamon.v1.HttpRequest
             * @instance
             */
            HttpRequest.prototype.path = "";

            /**
             * HttpRequest query.
             * @member {string} query
             * @memberof telamon.v1.HttpRequest
             * @instance
             */
            HttpRequest.prototype.query = "";

            /**
             * HttpRequest headers.
             * @member {Array.<telamon.v1.HttpHeader.$Properties>} headers
             * @memberof telamon.v1.HttpRequest
             * @instance
             */
            HttpRequest.prototype.headers = $util.emptyArray;

            /**
             * HttpRequest body.
             * @member {Uint8Array} body
             * @memberof telamon.v1.HttpRequest
             * @instance
             */
            HttpRequest.prototype.body = $util.newBuffer([]);

            /**
             * HttpRequest timeoutMs.
             * @member {number} timeoutMs
             * @memberof telamon.v1.HttpRequest
             * @instance
             */
            HttpRequest.prototype.timeoutMs = 0;

            /**
             * Creates a new HttpRequest instance using the specified properties.
             * @function create
             * @memberof telamon.v1.HttpRequest
             * @static
             * @param {telamon.v1.HttpRequest.$Properties=} [properties] Properties to set
             * @returns {telamon.v1.HttpRequest} HttpRequest instance
             * @type {{
             *   (properties: telamon.v1.HttpRequest.$Shape): telamon.v1.HttpRequest & telamon.v1.HttpRequest.$Shape;
             *   (properties?: telamon.v1.HttpRequest.$Properties): telamon.v1.HttpRequest;
             * }}
             */
            HttpRequest.create = function(properties) {
                return new HttpRequest(properties);
            };

            /**
             * Encodes the specified HttpRequest message. Does not implicitly {@link telamon.v1.HttpRequest.verify|verify} messages.
             * @function encode
             * @memberof telamon.v1.HttpRequest
             * @static
             * @param {telamon.v1.HttpRequest.$Properties} message HttpRequest message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            HttpRequest.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.id != null && $Object.hasOwnProperty.call(message, "id") && message.id !== 0)
                    writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.id);
                if (message.tenant != null && $Object.hasOwnProperty.call(message, "tenant") && message.tenant !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.tenant);
                if (message.method != null && $Object.hasOwnProperty.call(message, "method") && message.method !== "")
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.method);
                if (message.path != null && $Object.hasOwnProperty.call(message, "path") && message.path !== "")
                    writer.uint32(/* id 4, wireType 2 =*/34).string(message.path);
                if (message.query != null && $Object.hasOwnProperty.call(message, "query") && message.query !== "")
                    writer.uint32(/* id 5, wireType 2 =*/42).string(message.query);
                if (message.headers != null && message.headers.length)
                    for (let i = 0; i < message.headers.length; ++i)
                        $root.telamon.v1.HttpHeader.encode(message.headers[i], writer.uint32(/* id 6, wireType 2 =*/50).fork(), _depth + 1).ldelim();
                if (message.body != null && $Object.hasOwnProperty.call(message, "body") && message.body.length)
                    writer.uint32(/* id 7, wireType 2 =*/58).bytes(message.body);
                if (message.timeoutMs != null && $Object.hasOwnProperty.call(message, "timeoutMs") && message.timeoutMs !== 0)
                    writer.uint32(/* id 8, wireType 0 =*/64).uint32(message.timeoutMs);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a HttpRequest message from the specified reader or buffer.
             * @function decode
             * @memberof telamon.v1.HttpRequest
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {telamon.v1.HttpRequest & telamon.v1.HttpRequest.$Shape} HttpRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            HttpRequest.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.telamon.v1.HttpRequest();
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
                            if (value = reader.uint32())
                                message.id = value;
                            else
                                delete message.id;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.tenant = value;
                            else
                                delete message.tenant;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.method = value;
                            else
                                delete message.method;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.path = value;
                            else
                                delete message.path;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.query = value;
                            else
                                delete message.query;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            if (!(message.headers && message.headers.length))
                                message.headers = [];
                            message.headers.push($root.telamon.v1.HttpHeader.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 7: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.body = value;
                            else
                                delete message.body;
                            continue;
                        }
                    case 8: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.timeoutMs = value;
                            else
                                delete message.timeoutMs;
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

            return HttpRequest;
        })();

        v1.HttpResponsePart = (function() {

            /**
             * Properties of a HttpResponsePart.
             * @typedef {Object} telamon.v1.HttpResponsePart.$Properties
             * @property {number|null} [id] HttpResponsePart id
             * @property {number|null} [status] HttpResponsePart status
             * @property {Array.<telamon.v1.HttpHeader.$Properties>|null} [headers] HttpResponsePart headers
             * @property {Uint8Array|null} [body] HttpResponsePart body
             * @property {boolean|null} [isLast] HttpResponsePart isLast
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a HttpResponsePart.
             * @memberof telamon.v1
             * @interface IHttpResponsePart
             * @augments telamon.v1.HttpResponsePart.$Properties
             * @deprecated Use telamon.v1.HttpResponsePart.$Properties instead.
             */

            /**
             * Shape of a HttpResponsePart.
             * @typedef {telamon.v1.HttpResponsePart.$Properties} telamon.v1.HttpResponsePart.$Shape
             */

            /**
             * Constructs a new HttpResponsePart.
             * @memberof telamon.v1
             * @classdesc Represents a HttpResponsePart.
             * @constructor
             * @param {telamon.v1.HttpResponsePart.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const HttpResponsePart = function (properties) {
                this.headers = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * HttpResponsePart id.
             * @member {number} id
             * @memberof telamon.v1.HttpResponsePart
             * @instance
             */
            HttpResponsePart.prototype.id = 0;

            /**
             * HttpResponsePart status.
             * @member {number} status
             * @memberof telamon.v1.HttpResponsePart
             * @instance
             */
            HttpResponsePart.prototype.status = 0;

            /**
             * HttpResponsePart headers.
             * @member {Array.<telamon.v1.HttpHeader.$Properties>} headers
             * @memberof telamon.v1.HttpResponsePart
             * @instance
             */
            HttpResponsePart.prototype.headers = $util.emptyArray;

            /**
             * HttpResponsePart body.
             * @member {Uint8Array} body
             * @memberof telamon.v1.HttpResponsePart
             * @instance
             */
            HttpResponsePart.prototype.body = $util.newBuffer([]);

            /**
             * HttpResponsePart isLast.
             * @member {boolean} isLast
             * @memberof telamon.v1.HttpResponsePart
             * @instance
             */
            HttpResponsePart.prototype.isLast = false;

            /**
             * Creates a new HttpResponsePart instance using the specified properties.
             * @function create
             * @memberof telamon.v1.HttpResponsePart
             * @static
             * @param {telamon.v1.HttpResponsePart.$Properties=} [properties] Properties to set
             * @returns {telamon.v1.HttpResponsePart} HttpResponsePart instance
             * @type {{
             *   (properties: telamon.v1.HttpResponsePart.$Shape): telamon.v1.HttpResponsePart & telamon.v1.HttpResponsePart.$Shape;
             *   (properties?: telamon.v1.HttpResponsePart.$Properties): telamon.v1.HttpResponsePart;
             * }}
             */
            HttpResponsePart.create = function(properties) {
                return new HttpResponsePart(properties);
            };

            /**
             * Encodes the specified HttpResponsePart message. Does not implicitly {@link telamon.v1.HttpResponsePart.verify|verify} messages.
             * @function encode
             * @memberof telamon.v1.HttpResponsePart
             * @static
             * @param {telamon.v1.HttpResponsePart.$Properties} message HttpResponsePart message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            HttpResponsePart.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.id != null && $Object.hasOwnProperty.call(message, "id") && message.id !== 0)
                    writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.id);
                if (message.status != null && $Object.hasOwnProperty.call(message, "status") && message.status !== 0)
                    writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.status);
                if (message.headers != null && message.headers.length)
                    for (let i = 0; i < message.headers.length; ++i)
                        $root.telamon.v1.HttpHeader.encode(message.headers[i], writer.uint32(/* id 3, wireType 2 =*/26).fork(), _depth + 1).ldelim();
                if (message.body != null && $Object.hasOwnProperty.call(message, "body") && message.body.length)
                    writer.uint32(/* id 4, wireType 2 =*/34).bytes(message.body);
                if (message.isLast != null && $Object.hasOwnProperty.call(message, "isLast") && message.isLast !== false)
                    writer.uint32(/* id 5, wireType 0 =*/40).bool(message.isLast);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a HttpResponsePart message from the specified reader or buffer.
             * @function decode
             * @memberof telamon.v1.HttpResponsePart
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {telamon.v1.HttpResponsePart & telamon.v1.HttpResponsePart.$Shape} HttpResponsePart
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            HttpResponsePart.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.telamon.v1.HttpResponsePart();
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
                            if (value = reader.uint32())
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
                            if (wireType !== 2)
                                break;
                            if (!(message.headers && message.headers.length))
                                message.headers = [];
                            message.headers.push($root.telamon.v1.HttpHeader.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.body = value;
                            else
                                delete message.body;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.isLast = value;
                            else
                                delete message.isLast;
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

            return HttpResponsePart;
        })();

        v1.QuerierHello = (function() {

            /**
             * Properties of a QuerierHello.
             * @typedef {Object} telamon.v1.QuerierHello.$Properties
             * @property {string|null} [querierId] QuerierHello querierId
             * @property {Array.<string>|null} [features] QuerierHello features
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a QuerierHello.
             * @memberof telamon.v1
             * @interface IQuerierHello
             * @augments telamon.v1.QuerierHello.$Properties
             * @deprecated Use telamon.v1.QuerierHello.$Properties instead.
             */

            /**
             * Shape of a QuerierHello.
             * @typedef {telamon.v1.QuerierHello.$Properties} telamon.v1.QuerierHello.$Shape
             */

            /**
             * Constructs a new QuerierHello.
             * @memberof telamon.v1
             * @classdesc Represents a QuerierHello.
             * @constructor
             * @param {telamon.v1.QuerierHello.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const QuerierHello = function (properties) {
                this.features = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * QuerierHello querierId.
             * @member {string} querierId
             * @memberof telamon.v1.QuerierHello
             * @instance
             */
            QuerierHello.prototype.querierId = "";

            /**
             * QuerierHello features.
             * @member {Array.<string>} features
             * @memberof telamon.v1.QuerierHello
             * @instance
             */
            QuerierHello.prototype.features = $util.emptyArray;

            /**
             * Creates a new QuerierHello instance using the specified properties.
             * @function create
             * @memberof telamon.v1.QuerierHello
             * @static
             * @param {telamon.v1.QuerierHello.$Properties=} [properties] Properties to set
             * @returns {telamon.v1.QuerierHello} QuerierHello instance
             * @type {{
             *   (properties: telamon.v1.QuerierHello.$Shape): telamon.v1.QuerierHello & telamon.v1.QuerierHello.$Shape;
             *   (properties?: telamon.v1.QuerierHello.$Properties): telamon.v1.QuerierHello;
             * }}
             */
            QuerierHello.create = function(properties) {
                return new QuerierHello(properties);
            };

            /**
             * Encodes the specified QuerierHello message. Does not implicitly {@link telamon.v1.QuerierHello.verify|verify} messages.
             * @function encode
             * @memberof telamon.v1.QuerierHello
             * @static
             * @param {telamon.v1.QuerierHello.$Properties} message QuerierHello message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            QuerierHello.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.querierId != null && $Object.hasOwnProperty.call(message, "querierId") && message.querierId !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.querierId);
                if (message.features != null && message.features.length)
                    for (let i = 0; i < message.features.length; ++i)
                        writer.uint32(/* id 2, wireType 2 =*/18).string(message.features[i]);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a QuerierHello message from the specified reader or buffer.
             * @function decode
             * @memberof telamon.v1.QuerierHello
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {telamon.v1.QuerierHello & telamon.v1.QuerierHello.$Shape} QuerierHello
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            QuerierHello.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.telamon.v1.QuerierHello();
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
                                message.querierId = value;
                            else
                                delete message.querierId;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if (!(message.features && message.features.length))
                                message.features = [];
                            message.features.push(reader.stringVerify());
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

            return QuerierHello;
        })();

        v1.QuerierLeaving = (function() {

            /**
             * Properties of a QuerierLeaving.
             * @typedef {Object} telamon.v1.QuerierLeaving.$Properties
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a QuerierLeaving.
             * @memberof telamon.v1
             * @interface IQuerierLeaving
             * @augments telamon.v1.QuerierLeaving.$Properties
             * @deprecated Use telamon.v1.QuerierLeaving.$Properties instead.
             */

            /**
             * Shape of a QuerierLeaving.
             * @typedef {telamon.v1.QuerierLeaving.$Properties} telamon.v1.QuerierLeaving.$Shape
             */

            /**
             * Constructs a new QuerierLeaving.
             * @memberof telamon.v1
             * @classdesc Represents a QuerierLeaving.
             * @constructor
             * @param {telamon.v1.QuerierLeaving.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const QuerierLeaving = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Creates a new QuerierLeaving instance using the specified properties.
             * @function create
             * @memberof telamon.v1.QuerierLeaving
             * @static
             * @param {telamon.v1.QuerierLeaving.$Properties=} [properties] Properties to set
             * @returns {telamon.v1.QuerierLeaving} QuerierLeaving instance
             * @type {{
             *   (properties: telamon.v1.QuerierLeaving.$Shape): telamon.v1.QuerierLeaving & telamon.v1.QuerierLeaving.$Shape;
             *   (properties?: telamon.v1.QuerierLeaving.$Properties): telamon.v1.QuerierLeaving;
             * }}
             */
            QuerierLeaving.create = function(properties) {
                return new QuerierLeaving(properties);
            };

            /**
             * Encodes the specified QuerierLeaving message. Does not implicitly {@link telamon.v1.QuerierLeaving.verify|verify} messages.
             * @function encode
             * @memberof telamon.v1.QuerierLeaving
             * @static
             * @param {telamon.v1.QuerierLeaving.$Properties} message QuerierLeaving message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            QuerierLeaving.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a QuerierLeaving message from the specified reader or buffer.
             * @function decode
             * @memberof telamon.v1.QuerierLeaving
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {telamon.v1.QuerierLeaving & telamon.v1.QuerierLeaving.$Shape} QuerierLeaving
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            QuerierLeaving.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.telamon.v1.QuerierLeaving();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    reader.skipType(tag & 7, _depth, tag);
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

            return QuerierLeaving;
        })();

        v1.QuerierMessage = (function() {

            /**
             * Properties of a QuerierMessage.
             * @typedef {Object} telamon.v1.QuerierMessage.$Properties
             * @property {telamon.v1.QuerierHello.$Properties|null} [hello] QuerierMessage hello
             * @property {telamon.v1.HttpResponsePart.$Properties|null} [part] QuerierMessage part
             * @property {telamon.v1.QuerierLeaving.$Properties|null} [leaving] QuerierMessage leaving
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a QuerierMessage.
             * @memberof telamon.v1
             * @interface IQuerierMessage
             * @augments telamon.v1.QuerierMessage.$Properties
             * @deprecated Use telamon.v1.QuerierMessage.$Properties instead.
             */

            /**
             * Shape of a QuerierMessage.
             * @typedef {telamon.v1.QuerierMessage.$Properties} telamon.v1.QuerierMessage.$Shape
             */

            /**
             * Constructs a new QuerierMessage.
             * @memberof telamon.v1
             * @classdesc Represents a QuerierMessage.
             * @constructor
             * @param {telamon.v1.QuerierMessage.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const QuerierMessage = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * QuerierMessage hello.
             * @member {telamon.v1.QuerierHello.$Properties|null|undefined} hello
             * @memberof telamon.v1.QuerierMessage
             * @instance
             */
            QuerierMessage.prototype.hello = null;

            /**
             * QuerierMessage part.
             * @member {telamon.v1.HttpResponsePart.$Properties|null|undefined} part
             * @memberof telamon.v1.QuerierMessage
             * @instance
             */
            QuerierMessage.prototype.part = null;

            /**
             * QuerierMessage leaving.
             * @member {telamon.v1.QuerierLeaving.$Properties|null|undefined} leaving
             * @memberof telamon.v1.QuerierMessage
             * @instance
             */
            QuerierMessage.prototype.leaving = null;

            /**
             * Creates a new QuerierMessage instance using the specified properties.
             * @function create
             * @memberof telamon.v1.QuerierMessage
             * @static
             * @param {telamon.v1.QuerierMessage.$Properties=} [properties] Properties to set
             * @returns {telamon.v1.QuerierMessage} QuerierMessage instance
             * @type {{
             *   (properties: telamon.v1.QuerierMessage.$Shape): telamon.v1.QuerierMessage & telamon.v1.QuerierMessage.$Shape;
             *   (properties?: telamon.v1.QuerierMessage.$Properties): telamon.v1.QuerierMessage;
             * }}
             */
            QuerierMessage.create = function(properties) {
                return new QuerierMessage(properties);
            };

            /**
             * Encodes the specified QuerierMessage message. Does not implicitly {@link telamon.v1.QuerierMessage.verify|verify} messages.
             * @function encode
             * @memberof telamon.v1.QuerierMessage
             * @static
             * @param {telamon.v1.QuerierMessage.$Properties} message QuerierMessage message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            QuerierMessage.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.hello != null && $Object.hasOwnProperty.call(message, "hello"))
                    $root.telamon.v1.QuerierHello.encode(message.hello, writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                if (message.part != null && $Object.hasOwnProperty.call(message, "part"))
                    $root.telamon.v1.HttpResponsePart.encode(message.part, writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
                if (message.leaving != null && $Object.hasOwnProperty.call(message, "leaving"))
                    $root.telamon.v1.QuerierLeaving.encode(message.leaving, writer.uint32(/* id 3, wireType 2 =*/26).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a QuerierMessage message from the specified reader or buffer.
             * @function decode
             * @memberof telamon.v1.QuerierMessage
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {telamon.v1.QuerierMessage & telamon.v1.QuerierMessage.$Shape} QuerierMessage
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            QuerierMessage.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.telamon.v1.QuerierMessage();
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
                            message.hello = $root.telamon.v1.QuerierHello.decode(reader, reader.size(), $undefined, _depth + 1, message.hello);
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            message.part = $root.telamon.v1.HttpResponsePart.decode(reader, reader.size(), $undefined, _depth + 1, message.part);
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            message.leaving = $root.telamon.v1.QuerierLeaving.decode(reader, reader.size(), $undefined, _depth + 1, message.leaving);
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

            return QuerierMessage;
        })();

        v1.HttpCancel = (function() {

            /**
             * Properties of a HttpCancel.
             * @typedef {Object} telamon.v1.HttpCancel.$Properties
             * @property {number|null} [id] HttpCancel id
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a HttpCancel.
             * @memberof telamon.v1
             * @interface IHttpCancel
             * @augments telamon.v1.HttpCancel.$Properties
             * @deprecated Use telamon.v1.HttpCancel.$Properties instead.
             */

            /**
             * Shape of a HttpCancel.
             * @typedef {telamon.v1.HttpCancel.$Properties} telamon.v1.HttpCancel.$Shape
             */

            /**
             * Constructs a new HttpCancel.
             * @memberof telamon.v1
             * @classdesc Represents a HttpCancel.
             * @constructor
             * @param {telamon.v1.HttpCancel.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const HttpCancel = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * HttpCancel id.
             * @member {number} id
             * @memberof telamon.v1.HttpCancel
             * @instance
             */
            HttpCancel.prototype.id = 0;

            /**
             * Creates a new HttpCancel instance using the specified properties.
             * @function create
             * @memberof telamon.v1.HttpCancel
             * @static
             * @param {telamon.v1.HttpCancel.$Properties=} [properties] Properties to set
             * @returns {telamon.v1.HttpCancel} HttpCancel instance
             * @type {{
             *   (properties: telamon.v1.HttpCancel.$Shape): telamon.v1.HttpCancel & telamon.v1.HttpCancel.$Shape;
             *   (properties?: telamon.v1.HttpCancel.$Properties): telamon.v1.HttpCancel;
             * }}
             */
            HttpCancel.create = function(properties) {
                return new HttpCancel(properties);
            };

            /**
             * Encodes the specified HttpCancel message. Does not implicitly {@link telamon.v1.HttpCancel.verify|verify} messages.
             * @function encode
             * @memberof telamon.v1.HttpCancel
             * @static
             * @param {telamon.v1.HttpCancel.$Properties} message HttpCancel message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            HttpCancel.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.id != null && $Object.hasOwnProperty.call(message, "id") && message.id !== 0)
                    writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.id);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a HttpCancel message from the specified reader or buffer.
             * @function decode
             * @memberof telamon.v1.HttpCancel
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {telamon.v1.HttpCancel & telamon.v1.HttpCancel.$Shape} HttpCancel
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            HttpCancel.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.telamon.v1.HttpCancel();
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
                            if (value = reader.uint32())
                                message.id = value;
                            else
                                delete message.id;
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

            return HttpCancel;
        })();

        v1.FrontendMessage = (function() {

            /**
             * Properties of a FrontendMessage.
             * @typedef {Object} telamon.v1.FrontendMessage.$Properties
             * @property {telamon.v1.HttpRequest.$Properties|null} [request] FrontendMessage request
             * @property {telamon.v1.HttpCancel.$Properties|null} [cancel] FrontendMessage cancel
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a FrontendMessage.
             * @memberof telamon.v1
             * @interface IFrontendMessage
             * @augments telamon.v1.FrontendMessage.$Properties
             * @deprecated Use telamon.v1.FrontendMessage.$Properties instead.
             */

            /**
             * Shape of a FrontendMessage.
             * @typedef {telamon.v1.FrontendMessage.$Properties} telamon.v1.FrontendMessage.$Shape
             */

            /**
             * Constructs a new FrontendMessage.
             * @memberof telamon.v1
             * @classdesc Represents a FrontendMessage.
             * @constructor
             * @param {telamon.v1.FrontendMessage.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const FrontendMessage = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * FrontendMessage request.
             * @member {telamon.v1.HttpRequest.$Properties|null|undefined} request
             * @memberof telamon.v1.FrontendMessage
             * @instance
             */
            FrontendMessage.prototype.request = null;

            /**
             * FrontendMessage cancel.
             * @member {telamon.v1.HttpCancel.$Properties|null|undefined} cancel
             * @memberof telamon.v1.FrontendMessage
             * @instance
             */
            FrontendMessage.prototype.cancel = null;

            /**
             * Creates a new FrontendMessage instance using the specified properties.
             * @function create
             * @memberof telamon.v1.FrontendMessage
             * @static
             * @param {telamon.v1.FrontendMessage.$Properties=} [properties] Properties to set
             * @returns {telamon.v1.FrontendMessage} FrontendMessage instance
             * @type {{
             *   (properties: telamon.v1.FrontendMessage.$Shape): telamon.v1.FrontendMessage & telamon.v1.FrontendMessage.$Shape;
             *   (properties?: telamon.v1.FrontendMessage.$Properties): telamon.v1.FrontendMessage;
             * }}
             */
            FrontendMessage.create = function(properties) {
                return new FrontendMessage(properties);
            };

            /**
             * Encodes the specified FrontendMessage message. Does not implicitly {@link telamon.v1.FrontendMessage.verify|verify} messages.
             * @function encode
             * @memberof telamon.v1.FrontendMessage
             * @static
             * @param {telamon.v1.FrontendMessage.$Properties} message FrontendMessage message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            FrontendMessage.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.request != null && $Object.hasOwnProperty.call(message, "request"))
                    $root.telamon.v1.HttpRequest.encode(message.request, writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                if (message.cancel != null && $Object.hasOwnProperty.call(message, "cancel"))
                    $root.telamon.v1.HttpCancel.encode(message.cancel, writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a FrontendMessage message from the specified reader or buffer.
             * @function decode
             * @memberof telamon.v1.FrontendMessage
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {telamon.v1.FrontendMessage & telamon.v1.FrontendMessage.$Shape} FrontendMessage
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            FrontendMessage.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.telamon.v1.FrontendMessage();
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
                            message.request = $root.telamon.v1.HttpRequest.decode(reader, reader.size(), $undefined, _depth + 1, message.request);
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            message.cancel = $root.telamon.v1.HttpCancel.decode(reader, reader.size(), $undefined, _depth + 1, message.cancel);
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

            return FrontendMessage;
        })();

        v1.MetricsPushRequest = (function() {

            /**
             * Properties of a MetricsPushRequest.
             * @typedef {Object} telamon.v1.MetricsPushRequest.$Properties
             * @property {Uint8Array|null} [writeRequest] MetricsPushRequest writeRequest
             * @property {boolean|null} [takesBareExemplars] MetricsPushRequest takesBareExemplars
             * @property {Array.<number>|null} [rowFlags] MetricsPushRequest rowFlags
             * @property {Array.<number>|null} [startTimesMs] MetricsPushRequest startTimesMs
             * @property {boolean|null} [hasStartZeros] MetricsPushRequest hasStartZeros
             * @property {number|null} [seriesCount] MetricsPushRequest seriesCount
             * @property {boolean|null} [hasHistograms] MetricsPushRequest hasHistograms
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a MetricsPushRequest.
             * @memberof telamon.v1
             * @interface IMetricsPushRequest
             * @augments telamon.v1.MetricsPushRequest.$Properties
             * @deprecated Use telamon.v1.MetricsPushRequest.$Properties instead.
             */

            /**
             * Shape of a MetricsPushRequest.
             * @typedef {telamon.v1.MetricsPushRequest.$Properties} telamon.v1.MetricsPushRequest.$Shape
             */

            /**
             * Constructs a new MetricsPushRequest.
             * @memberof telamon.v1
             * @classdesc Represents a MetricsPushRequest.
             * @constructor
             * @param {telamon.v1.MetricsPushRequest.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const MetricsPushRequest = function (properties) {
                this.rowFlags = [];
                this.startTimesMs = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * MetricsPushRequest writeRequest.
             * @member {Uint8Array} writeRequest
             * @memberof telamon.v1.MetricsPushRequest
             * @instance
             */
            MetricsPushRequest.prototype.writeRequest = $util.newBuffer([]);

            /**
             * MetricsPushRequest takesBareExemplars.
             * @member {boolean} takesBareExemplars
             * @memberof telamon.v1.MetricsPushRequest
             * @instance
             */
            MetricsPushRequest.prototype.takesBareExemplars = false;

            /**
             * MetricsPushRequest rowFlags.
             * @member {Array.<number>} rowFlags
             * @memberof telamon.v1.MetricsPushRequest
             * @instance
             */
            MetricsPushRequest.prototype.rowFlags = $util.emptyArray;

            /**
             * MetricsPushRequest startTimesMs.
             * @member {Array.<number>} startTimesMs
             * @memberof telamon.v1.MetricsPushRequest
             * @instance
             */
            MetricsPushRequest.prototype.startTimesMs = $util.emptyArray;

            /**
             * MetricsPushRequest hasStartZeros.
             * @member {boolean} hasStartZeros
             * @memberof telamon.v1.MetricsPushRequest
             * @instance
             */
            MetricsPushRequest.prototype.hasStartZeros = false;

            /**
             * MetricsPushRequest seriesCount.
             * @member {number} seriesCount
             * @memberof telamon.v1.MetricsPushRequest
             * @instance
             */
            MetricsPushRequest.prototype.seriesCount = 0;

            /**
             * MetricsPushRequest hasHistograms.
             * @member {boolean} hasHistograms
             * @memberof telamon.v1.MetricsPushRequest
             * @instance
             */
            MetricsPushRequest.prototype.hasHistograms = false;

            /**
             * Creates a new MetricsPushRequest instance using the specified properties.
             * @function create
             * @memberof telamon.v1.MetricsPushRequest
             * @static
             * @param {telamon.v1.MetricsPushRequest.$Properties=} [properties] Properties to set
             * @returns {telamon.v1.MetricsPushRequest} MetricsPushRequest instance
             * @type {{
             *   (properties: telamon.v1.MetricsPushRequest.$Shape): telamon.v1.MetricsPushRequest & telamon.v1.MetricsPushRequest.$Shape;
             *   (properties?: telamon.v1.MetricsPushRequest.$Properties): telamon.v1.MetricsPushRequest;
             * }}
             */
            MetricsPushRequest.create = function(properties) {
                return new MetricsPushRequest(properties);
            };

            /**
             * Encodes the specified MetricsPushRequest message. Does not implicitly {@link telamon.v1.MetricsPushRequest.verify|verify} messages.
             * @function encode
             * @memberof telamon.v1.MetricsPushRequest
             * @static
             * @param {telamon.v1.MetricsPushRequest.$Properties} message MetricsPushRequest message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            MetricsPushRequest.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.writeRequest != null && $Object.hasOwnProperty.call(message, "writeRequest") && message.writeRequest.length)
                    writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.writeRequest);
                if (message.takesBareExemplars != null && $Object.hasOwnProperty.call(message, "takesBareExemplars") && message.takesBareExemplars !== false)
                    writer.uint32(/* id 2, wireType 0 =*/16).bool(message.takesBareExemplars);
                if (message.rowFlags != null && message.rowFlags.length)
                    writer.uint32(/* id 3, wireType 2 =*/26).uint32s(message.rowFlags);
                if (message.startTimesMs != null && message.startTimesMs.length)
                    writer.uint32(/* id 4, wireType 2 =*/34).doubles(message.startTimesMs);
                if (message.hasStartZeros != null && $Object.hasOwnProperty.call(message, "hasStartZeros") && message.hasStartZeros !== false)
                    writer.uint32(/* id 5, wireType 0 =*/40).bool(message.hasStartZeros);
                if (message.seriesCount != null && $Object.hasOwnProperty.call(message, "seriesCount") && message.seriesCount !== 0)
                    writer.uint32(/* id 6, wireType 0 =*/48).uint32(message.seriesCount);
                if (message.hasHistograms != null && $Object.hasOwnProperty.call(message, "hasHistograms") && message.hasHistograms !== false)
                    writer.uint32(/* id 7, wireType 0 =*/56).bool(message.hasHistograms);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a MetricsPushRequest message from the specified reader or buffer.
             * @function decode
             * @memberof telamon.v1.MetricsPushRequest
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {telamon.v1.MetricsPushRequest & telamon.v1.MetricsPushRequest.$Shape} MetricsPushRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            MetricsPushRequest.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.telamon.v1.MetricsPushRequest();
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
                            if ((value = reader.bytes()).length)
                                message.writeRequest = value;
                            else
                                delete message.writeRequest;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.takesBareExemplars = value;
                            else
                                delete message.takesBareExemplars;
                            continue;
                        }
                    case 3: {
                            if (wireType === 2) {
                                if (!(message.rowFlags && message.rowFlags.length))
                                    message.rowFlags = [];
                                reader.uint32s(message.rowFlags);
                                continue;
                            }
                            if (wireType !== 0)
                                break;
                            if (!(message.rowFlags && message.rowFlags.length))
                                message.rowFlags = [];
                            message.rowFlags.push(reader.uint32());
                            continue;
                        }
                    case 4: {
                            if (wireType === 2) {
                                if (!(message.startTimesMs && message.startTimesMs.length))
                                    message.startTimesMs = [];
                                reader.doubles(message.startTimesMs);
                                continue;
                            }
                            if (wireType !== 1)
                                break;
                            if (!(message.startTimesMs && message.startTimesMs.length))
                                message.startTimesMs = [];
                            message.startTimesMs.push(reader.double());
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.hasStartZeros = value;
                            else
                                delete message.hasStartZeros;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.seriesCount = value;
                            else
                                delete message.seriesCount;
                            continue;
                        }
                    case 7: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.hasHistograms = value;
                            else
                                delete message.hasHistograms;
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

            return MetricsPushRequest;
        })();

        v1.MetricsPushReply = (function() {

            /**
             * Properties of a MetricsPushReply.
             * @typedef {Object} telamon.v1.MetricsPushReply.$Properties
             * @property {Array.<telamon.v1.MetricsRefusal.$Properties>|null} [refusals] MetricsPushReply refusals
             * @property {Array.<telamon.v1.MetricsRefusedPart.$Properties>|null} [parts] MetricsPushReply parts
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a MetricsPushReply.
             * @memberof telamon.v1
             * @interface IMetricsPushReply
             * @augments telamon.v1.MetricsPushReply.$Properties
             * @deprecated Use telamon.v1.MetricsPushReply.$Properties instead.
             */

            /**
             * Shape of a MetricsPushReply.
             * @typedef {telamon.v1.MetricsPushReply.$Properties} telamon.v1.MetricsPushReply.$Shape
             */

            /**
             * Constructs a new MetricsPushReply.
             * @memberof telamon.v1
             * @classdesc Represents a MetricsPushReply.
             * @constructor
             * @param {telamon.v1.MetricsPushReply.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const MetricsPushReply = function (properties) {
                this.refusals = [];
                this.parts = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * MetricsPushReply refusals.
             * @member {Array.<telamon.v1.MetricsRefusal.$Properties>} refusals
             * @memberof telamon.v1.MetricsPushReply
             * @instance
             */
            MetricsPushReply.prototype.refusals = $util.emptyArray;

            /**
             * MetricsPushReply parts.
             * @member {Array.<telamon.v1.MetricsRefusedPart.$Properties>} parts
             * @memberof telamon.v1.MetricsPushReply
             * @instance
             */
            MetricsPushReply.prototype.parts = $util.emptyArray;

            /**
             * Creates a new MetricsPushReply instance using the specified properties.
             * @function create
             * @memberof telamon.v1.MetricsPushReply
             * @static
             * @param {telamon.v1.MetricsPushReply.$Properties=} [properties] Properties to set
             * @returns {telamon.v1.MetricsPushReply} MetricsPushReply instance
             * @type {{
             *   (properties: telamon.v1.MetricsPushReply.$Shape): telamon.v1.MetricsPushReply & telamon.v1.MetricsPushReply.$Shape;
             *   (properties?: telamon.v1.MetricsPushReply.$Properties): telamon.v1.MetricsPushReply;
             * }}
             */
            MetricsPushReply.create = function(properties) {
                return new MetricsPushReply(properties);
            };

            /**
             * Encodes the specified MetricsPushReply message. Does not implicitly {@link telamon.v1.MetricsPushReply.verify|verify} messages.
             * @function encode
             * @memberof telamon.v1.MetricsPushReply
             * @static
             * @param {telamon.v1.MetricsPushReply.$Properties} message MetricsPushReply message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            MetricsPushReply.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.refusals != null && message.refusals.length)
                    for (let i = 0; i < message.refusals.length; ++i)
                        $root.telamon.v1.MetricsRefusal.encode(message.refusals[i], writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                if (message.parts != null && message.parts.length)
                    for (let i = 0; i < message.parts.length; ++i)
                        $root.telamon.v1.MetricsRefusedPart.encode(message.parts[i], writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a MetricsPushReply message from the specified reader or buffer.
             * @function decode
             * @memberof telamon.v1.MetricsPushReply
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {telamon.v1.MetricsPushReply & telamon.v1.MetricsPushReply.$Shape} MetricsPushReply
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            MetricsPushReply.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.telamon.v1.MetricsPushReply();
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
                            if (!(message.refusals && message.refusals.length))
                                message.refusals = [];
                            message.refusals.push($root.telamon.v1.MetricsRefusal.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if (!(message.parts && message.parts.length))
                                message.parts = [];
                            message.parts.push($root.telamon.v1.MetricsRefusedPart.decode(reader, reader.size(), $undefined, _depth + 1));
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

            return MetricsPushReply;
        })();

        v1.MetricsRefusal = (function() {

            /**
             * Properties of a MetricsRefusal.
             * @typedef {Object} telamon.v1.MetricsRefusal.$Properties
             * @property {string|null} [reason] MetricsRefusal reason
             * @property {string|null} [message] MetricsRefusal message
             * @property {telamon.v1.MetricsRefusal.Kind|null} [kind] MetricsRefusal kind
             * @property {boolean|null} [isSilent] MetricsRefusal isSilent
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a MetricsRefusal.
             * @memberof telamon.v1
             * @interface IMetricsRefusal
             * @augments telamon.v1.MetricsRefusal.$Properties
             * @deprecated Use telamon.v1.MetricsRefusal.$Properties instead.
             */

            /**
             * Shape of a MetricsRefusal.
             * @typedef {telamon.v1.MetricsRefusal.$Properties} telamon.v1.MetricsRefusal.$Shape
             */

            /**
             * Constructs a new MetricsRefusal.
             * @memberof telamon.v1
             * @classdesc Represents a MetricsRefusal.
             * @constructor
             * @param {telamon.v1.MetricsRefusal.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const MetricsRefusal = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * MetricsRefusal reason.
             * @member {string} reason
             * @memberof telamon.v1.MetricsRefusal
             * @instance
             */
            MetricsRefusal.prototype.reason = "";

            /**
             * MetricsRefusal message.
             * @member {string} message
             * @memberof telamon.v1.MetricsRefusal
             * @instance
             */
            MetricsRefusal.prototype.message = "";

            /**
             * MetricsRefusal kind.
             * @member {telamon.v1.MetricsRefusal.Kind} kind
             * @memberof telamon.v1.MetricsRefusal
             * @instance
             */
            MetricsRefusal.prototype.kind = 0;

            /**
             * MetricsRefusal isSilent.
             * @member {boolean} isSilent
             * @memberof telamon.v1.MetricsRefusal
             * @instance
             */
            MetricsRefusal.prototype.isSilent = false;

            /**
             * Creates a new MetricsRefusal instance using the specified properties.
             * @function create
             * @memberof telamon.v1.MetricsRefusal
             * @static
             * @param {telamon.v1.MetricsRefusal.$Properties=} [properties] Properties to set
             * @returns {telamon.v1.MetricsRefusal} MetricsRefusal instance
             * @type {{
             *   (properties: telamon.v1.MetricsRefusal.$Shape): telamon.v1.MetricsRefusal & telamon.v1.MetricsRefusal.$Shape;
             *   (properties?: telamon.v1.MetricsRefusal.$Properties): telamon.v1.MetricsRefusal;
             * }}
             */
            MetricsRefusal.create = function(properties) {
                return new MetricsRefusal(properties);
            };

            /**
             * Encodes the specified MetricsRefusal message. Does not implicitly {@link telamon.v1.MetricsRefusal.verify|verify} messages.
             * @function encode
             * @memberof telamon.v1.MetricsRefusal
             * @static
             * @param {telamon.v1.MetricsRefusal.$Properties} message MetricsRefusal message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            MetricsRefusal.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.reason != null && $Object.hasOwnProperty.call(message, "reason") && message.reason !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.reason);
                if (message.message != null && $Object.hasOwnProperty.call(message, "message") && message.message !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.message);
                if (message.kind != null && $Object.hasOwnProperty.call(message, "kind") && message.kind !== 0)
                    writer.uint32(/* id 3, wireType 0 =*/24).int32(message.kind);
                if (message.isSilent != null && $Object.hasOwnProperty.call(message, "isSilent") && message.isSilent !== false)
                    writer.uint32(/* id 4, wireType 0 =*/32).bool(message.isSilent);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a MetricsRefusal message from the specified reader or buffer.
             * @function decode
             * @memberof telamon.v1.MetricsRefusal
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {telamon.v1.MetricsRefusal & telamon.v1.MetricsRefusal.$Shape} MetricsRefusal
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            MetricsRefusal.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.telamon.v1.MetricsRefusal();
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
                                message.reason = value;
                            else
                                delete message.reason;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.message = value;
                            else
                                delete message.message;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.kind = value;
                            else
                                delete message.kind;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.isSilent = value;
                            else
                                delete message.isSilent;
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
             * Kind enum.
             * @name telamon.v1.MetricsRefusal.Kind
             * @enum {number}
             * @property {number} SERIES=0 SERIES value
             * @property {number} SAMPLE=1 SAMPLE value
             * @property {number} HISTOGRAM=2 HISTOGRAM value
             * @property {number} EXEMPLAR=3 EXEMPLAR value
             * @property {number} METADATA=4 METADATA value
             */
            MetricsRefusal.Kind = (function() {
                const valuesById = $Object.create(null), values = $Object.create(valuesById);
                values[valuesById[0] = "SERIES"] = 0;
                values[valuesById[1] = "SAMPLE"] = 1;
                values[valuesById[2] = "HISTOGRAM"] = 2;
                values[valuesById[3] = "EXEMPLAR"] = 3;
                values[valuesById[4] = "METADATA"] = 4;
                return values;
            })();

            return MetricsRefusal;
        })();

        v1.MetricsRefusedPart = (function() {

            /**
             * Properties of a MetricsRefusedPart.
             * @typedef {Object} telamon.v1.MetricsRefusedPart.$Properties
             * @property {number|null} [index] MetricsRefusedPart index
             * @property {telamon.v1.MetricsRefusedPart.What|null} [what] MetricsRefusedPart what
             * @property {number|null} [count] MetricsRefusedPart count
             * @property {number|null} [refusal] MetricsRefusedPart refusal
             * @property {boolean|null} [isDropped] MetricsRefusedPart isDropped
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a MetricsRefusedPart.
             * @memberof telamon.v1
             * @interface IMetricsRefusedPart
             * @augments telamon.v1.MetricsRefusedPart.$Properties
             * @deprecated Use telamon.v1.MetricsRefusedPart.$Properties instead.
             */

            /**
             * Shape of a MetricsRefusedPart.
             * @typedef {telamon.v1.MetricsRefusedPart.$Properties} telamon.v1.MetricsRefusedPart.$Shape
             */

            /**
             * Constructs a new MetricsRefusedPart.
             * @memberof telamon.v1
             * @classdesc Represents a MetricsRefusedPart.
             * @constructor
             * @param {telamon.v1.MetricsRefusedPart.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const MetricsRefusedPart = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * MetricsRefusedPart index.
             * @member {number} index
             * @memberof telamon.v1.MetricsRefusedPart
             * @instance
             */
            MetricsRefusedPart.prototype.index = 0;

            /**
             * MetricsRefusedPart what.
             * @member {telamon.v1.MetricsRefusedPart.What} what
             * @memberof telamon.v1.MetricsRefusedPart
             * @instance
             */
            MetricsRefusedPart.prototype.what = 0;

            /**
             * MetricsRefusedPart count.
             * @member {number} count
             * @memberof telamon.v1.MetricsRefusedPart
             * @instance
             */
            MetricsRefusedPart.prototype.count = 0;

            /**
             * MetricsRefusedPart refusal.
             * @member {number} refusal
             * @memberof telamon.v1.MetricsRefusedPart
             * @instance
             */
            MetricsRefusedPart.prototype.refusal = 0;

            /**
             * MetricsRefusedPart isDropped.
             * @member {boolean} isDropped
             * @memberof telamon.v1.MetricsRefusedPart
             * @instance
             */
            MetricsRefusedPart.prototype.isDropped = false;

            /**
             * Creates a new MetricsRefusedPart instance using the specified properties.
             * @function create
             * @memberof telamon.v1.MetricsRefusedPart
             * @static
             * @param {telamon.v1.MetricsRefusedPart.$Properties=} [properties] Properties to set
             * @returns {telamon.v1.MetricsRefusedPart} MetricsRefusedPart instance
             * @type {{
             *   (properties: telamon.v1.MetricsRefusedPart.$Shape): telamon.v1.MetricsRefusedPart & telamon.v1.MetricsRefusedPart.$Shape;
             *   (properties?: telamon.v1.MetricsRefusedPart.$Properties): telamon.v1.MetricsRefusedPart;
             * }}
             */
            MetricsRefusedPart.create = function(properties) {
                return new MetricsRefusedPart(properties);
            };

            /**
             * Encodes the specified MetricsRefusedPart message. Does not implicitly {@link telamon.v1.MetricsRefusedPart.verify|verify} messages.
             * @function encode
             * @memberof telamon.v1.MetricsRefusedPart
             * @static
             * @param {telamon.v1.MetricsRefusedPart.$Properties} message MetricsRefusedPart message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            MetricsRefusedPart.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.index != null && $Object.hasOwnProperty.call(message, "index") && message.index !== 0)
                    writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.index);
                if (message.what != null && $Object.hasOwnProperty.call(message, "what") && message.what !== 0)
                    writer.uint32(/* id 2, wireType 0 =*/16).int32(message.what);
                if (message.count != null && $Object.hasOwnProperty.call(message, "count") && message.count !== 0)
                    writer.uint32(/* id 3, wireType 0 =*/24).uint32(message.count);
                if (message.refusal != null && $Object.hasOwnProperty.call(message, "refusal") && message.refusal !== 0)
                    writer.uint32(/* id 4, wireType 0 =*/32).uint32(message.refusal);
                if (message.isDropped != null && $Object.hasOwnProperty.call(message, "isDropped") && message.isDropped !== false)
                    writer.uint32(/* id 5, wireType 0 =*/40).bool(message.isDropped);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a MetricsRefusedPart message from the specified reader or buffer.
             * @function decode
             * @memberof telamon.v1.MetricsRefusedPart
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {telamon.v1.MetricsRefusedPart & telamon.v1.MetricsRefusedPart.$Shape} MetricsRefusedPart
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            MetricsRefusedPart.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.telamon.v1.MetricsRefusedPart();
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
                            if (value = reader.uint32())
                                message.index = value;
                            else
                                delete message.index;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.what = value;
                            else
                                delete message.what;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.count = value;
                            else
                                delete message.count;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.refusal = value;
                            else
                                delete message.refusal;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.isDropped = value;
                            else
                                delete message.isDropped;
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
             * What enum.
             * @name telamon.v1.MetricsRefusedPart.What
             * @enum {number}
             * @property {number} NOTHING=0 NOTHING value
             * @property {number} SAMPLES=1 SAMPLES value
             * @property {number} HISTOGRAMS=2 HISTOGRAMS value
             * @property {number} EXEMPLARS=3 EXEMPLARS value
             * @property {number} METADATA=4 METADATA value
             */
            MetricsRefusedPart.What = (function() {
                const valuesById = $Object.create(null), values = $Object.create(valuesById);
                values[valuesById[0] = "NOTHING"] = 0;
                values[valuesById[1] = "SAMPLES"] = 1;
                values[valuesById[2] = "HISTOGRAMS"] = 2;
                values[valuesById[3] = "EXEMPLARS"] = 3;
                values[valuesById[4] = "METADATA"] = 4;
                return values;
            })();

            return MetricsRefusedPart;
        })();

        v1.MetricsSelectRequest = (function() {

            /**
             * Properties of a MetricsSelectRequest.
             * @typedef {Object} telamon.v1.MetricsSelectRequest.$Properties
             * @property {Array.<telamon.v1.Matcher.$Properties>|null} [matchers] MetricsSelectRequest matchers
             * @property {number|null} [fromMs] MetricsSelectRequest fromMs
             * @property {number|null} [toMs] MetricsSelectRequest toMs
             * @property {boolean|null} [isLabelsOnly] MetricsSelectRequest isLabelsOnly
             * @property {number|null} [limit] MetricsSelectRequest limit
             * @property {Array.<string>|null} [knownBlocks] MetricsSelectRequest knownBlocks
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a MetricsSelectRequest.
             * @memberof telamon.v1
             * @interface IMetricsSelectRequest
             * @augments telamon.v1.MetricsSelectRequest.$Properties
             * @deprecated Use telamon.v1.MetricsSelectRequest.$Properties instead.
             */

            /**
             * Shape of a MetricsSelectRequest.
             * @typedef {telamon.v1.MetricsSelectRequest.$Properties} telamon.v1.MetricsSelectRequest.$Shape
             */

            /**
             * Constructs a new MetricsSelectRequest.
             * @memberof telamon.v1
             * @classdesc Represents a MetricsSelectRequest.
             * @constructor
             * @param {telamon.v1.MetricsSelectRequest.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const MetricsSelectRequest = function (properties) {
                this.matchers = [];
                this.knownBlocks = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * MetricsSelectRequest matchers.
             * @member {Array.<telamon.v1.Matcher.$Properties>} matchers
             * @memberof telamon.v1.MetricsSelectRequest
             * @instance
             */
            MetricsSelectRequest.prototype.matchers = $util.emptyArray;

            /**
             * MetricsSelectRequest fromMs.
             * @member {number} fromMs
             * @memberof telamon.v1.MetricsSelectRequest
             * @instance
             */
            MetricsSelectRequest.prototype.fromMs = 0;

            /**
             * MetricsSelectRequest toMs.
             * @member {number} toMs
             * @memberof telamon.v1.MetricsSelectRequest
             * @instance
             */
            MetricsSelectRequest.prototype.toMs = 0;

            /**
             * MetricsSelectRequest isLabelsOnly.
             * @member {boolean} isLabelsOnly
             * @memberof telamon.v1.MetricsSelectRequest
             * @instance
             */
            MetricsSelectRequest.prototype.isLabelsOnly = false;

            /**
             * MetricsSelectRequest limit.
             * @member {number} limit
             * @memberof telamon.v1.MetricsSelectRequest
             * @instance
             */
            MetricsSelectRequest.prototype.limit = 0;

            /**
             * MetricsSelectRequest knownBlocks.
             * @member {Array.<string>} knownBlocks
             * @memberof telamon.v1.MetricsSelectRequest
             * @instance
             */
            MetricsSelectRequest.prototype.knownBlocks = $util.emptyArray;

            /**
             * Creates a new MetricsSelectRequest instance using the specified properties.
             * @function create
             * @memberof telamon.v1.MetricsSelectRequest
             * @static
             * @param {telamon.v1.MetricsSelectRequest.$Properties=} [properties] Properties to set
             * @returns {telamon.v1.MetricsSelectRequest} MetricsSelectRequest instance
             * @type {{
             *   (properties: telamon.v1.MetricsSelectRequest.$Shape): telamon.v1.MetricsSelectRequest & telamon.v1.MetricsSelectRequest.$Shape;
             *   (properties?: telamon.v1.MetricsSelectRequest.$Properties): telamon.v1.MetricsSelectRequest;
             * }}
             */
            MetricsSelectRequest.create = function(properties) {
                return new MetricsSelectRequest(properties);
            };

            /**
             * Encodes the specified MetricsSelectRequest message. Does not implicitly {@link telamon.v1.MetricsSelectRequest.verify|verify} messages.
             * @function encode
             * @memberof telamon.v1.MetricsSelectRequest
             * @static
             * @param {telamon.v1.MetricsSelectRequest.$Properties} message MetricsSelectRequest message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            MetricsSelectRequest.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.matchers != null && message.matchers.length)
                    for (let i = 0; i < message.matchers.length; ++i)
                        $root.telamon.v1.Matcher.encode(message.matchers[i], writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                if (message.fromMs != null && $Object.hasOwnProperty.call(message, "fromMs") && !$Object.is(message.fromMs, 0))
                    writer.uint32(/* id 2, wireType 1 =*/17).double(message.fromMs);
                if (message.toMs != null && $Object.hasOwnProperty.call(message, "toMs") && !$Object.is(message.toMs, 0))
                    writer.uint32(/* id 3, wireType 1 =*/25).double(message.toMs);
                if (message.isLabelsOnly != null && $Object.hasOwnProperty.call(message, "isLabelsOnly") && message.isLabelsOnly !== false)
                    writer.uint32(/* id 4, wireType 0 =*/32).bool(message.isLabelsOnly);
                if (message.limit != null && $Object.hasOwnProperty.call(message, "limit") && message.limit !== 0)
                    writer.uint32(/* id 5, wireType 0 =*/40).uint32(message.limit);
                if (message.knownBlocks != null && message.knownBlocks.length)
                    for (let i = 0; i < message.knownBlocks.length; ++i)
                        writer.uint32(/* id 6, wireType 2 =*/50).string(message.knownBlocks[i]);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a MetricsSelectRequest message from the specified reader or buffer.
             * @function decode
             * @memberof telamon.v1.MetricsSelectRequest
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {telamon.v1.MetricsSelectRequest & telamon.v1.MetricsSelectRequest.$Shape} MetricsSelectRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            MetricsSelectRequest.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.telamon.v1.MetricsSelectRequest();
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
                            if (!(message.matchers && message.matchers.length))
                                message.matchers = [];
                            message.matchers.push($root.telamon.v1.Matcher.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 2: {
                            if (wireType !== 1)
                                break;
                            if (!$Object.is(value = reader.double(), 0))
                                message.fromMs = value;
                            else
                                delete message.fromMs;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 1)
                                break;
                            if (!$Object.is(value = reader.double(), 0))
                                message.toMs = value;
                            else
                                delete message.toMs;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.isLabelsOnly = value;
                            else
                                delete message.isLabelsOnly;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.limit = value;
                            else
                                delete message.limit;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            if (!(message.knownBlocks && message.knownBlocks.length))
                                message.knownBlocks = [];
                            message.knownBlocks.push(reader.stringVerify());
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

            return MetricsSelectRequest;
        })();

        v1.MetricsFrame = (function() {

            /**
             * Properties of a MetricsFrame.
             * @typedef {Object} telamon.v1.MetricsFrame.$Properties
             * @property {Uint8Array|null} [frame] MetricsFrame frame
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a MetricsFrame.
             * @memberof telamon.v1
             * @interface IMetricsFrame
             * @augments telamon.v1.MetricsFrame.$Properties
             * @deprecated Use telamon.v1.MetricsFrame.$Properties instead.
             */

            /**
             * Shape of a MetricsFrame.
             * @typedef {telamon.v1.MetricsFrame.$Properties} telamon.v1.MetricsFrame.$Shape
             */

            /**
             * Constructs a new MetricsFrame.
             * @memberof telamon.v1
             * @classdesc Represents a MetricsFrame.
             * @constructor
             * @param {telamon.v1.MetricsFrame.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const MetricsFrame = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * MetricsFrame frame.
             * @member {Uint8Array} frame
             * @memberof telamon.v1.MetricsFrame
             * @instance
             */
            MetricsFrame.prototype.frame = $util.newBuffer([]);

            /**
             * Creates a new MetricsFrame instance using the specified properties.
             * @function create
             * @memberof telamon.v1.MetricsFrame
             * @static
             * @param {telamon.v1.MetricsFrame.$Properties=} [properties] Properties to set
             * @returns {telamon.v1.MetricsFrame} MetricsFrame instance
             * @type {{
             *   (properties: telamon.v1.MetricsFrame.$Shape): telamon.v1.MetricsFrame & telamon.v1.MetricsFrame.$Shape;
             *   (properties?: telamon.v1.MetricsFrame.$Properties): telamon.v1.MetricsFrame;
             * }}
             */
            MetricsFrame.create = function(properties) {
                return new MetricsFrame(properties);
            };

            /**
             * Encodes the specified MetricsFrame message. Does not implicitly {@link telamon.v1.MetricsFrame.verify|verify} messages.
             * @function encode
             * @memberof telamon.v1.MetricsFrame
             * @static
             * @param {telamon.v1.MetricsFrame.$Properties} message MetricsFrame message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            MetricsFrame.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.frame != null && $Object.hasOwnProperty.call(message, "frame") && message.frame.length)
                    writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.frame);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a MetricsFrame message from the specified reader or buffer.
             * @function decode
             * @memberof telamon.v1.MetricsFrame
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {telamon.v1.MetricsFrame & telamon.v1.MetricsFrame.$Shape} MetricsFrame
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            MetricsFrame.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.telamon.v1.MetricsFrame();
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
                            if ((value = reader.bytes()).length)
                                message.frame = value;
                            else
                                delete message.frame;
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

            return MetricsFrame;
        })();

        v1.MatcherSet = (function() {

            /**
             * Properties of a MatcherSet.
             * @typedef {Object} telamon.v1.MatcherSet.$Properties
             * @property {Array.<telamon.v1.Matcher.$Properties>|null} [matchers] MatcherSet matchers
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a MatcherSet.
             * @memberof telamon.v1
             * @interface IMatcherSet
             * @augments telamon.v1.MatcherSet.$Properties
             * @deprecated Use telamon.v1.MatcherSet.$Properties instead.
             */

            /**
             * Shape of a MatcherSet.
             * @typedef {telamon.v1.MatcherSet.$Properties} telamon.v1.MatcherSet.$Shape
             */

            /**
             * Constructs a new MatcherSet.
             * @memberof telamon.v1
             * @classdesc Represents a MatcherSet.
             * @constructor
             * @param {telamon.v1.MatcherSet.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const MatcherSet = function (properties) {
                this.matchers = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * MatcherSet matchers.
             * @member {Array.<telamon.v1.Matcher.$Properties>} matchers
             * @memberof telamon.v1.MatcherSet
             * @instance
             */
            MatcherSet.prototype.matchers = $util.emptyArray;

            /**
             * Creates a new MatcherSet instance using the specified properties.
             * @function create
             * @memberof telamon.v1.MatcherSet
             * @static
             * @param {telamon.v1.MatcherSet.$Properties=} [properties] Properties to set
             * @returns {telamon.v1.MatcherSet} MatcherSet instance
             * @type {{
             *   (properties: telamon.v1.MatcherSet.$Shape): telamon.v1.MatcherSet & telamon.v1.MatcherSet.$Shape;
             *   (properties?: telamon.v1.MatcherSet.$Properties): telamon.v1.MatcherSet;
             * }}
             */
            MatcherSet.create = function(properties) {
                return new MatcherSet(properties);
            };

            /**
             * Encodes the specified MatcherSet message. Does not implicitly {@link telamon.v1.MatcherSet.verify|verify} messages.
             * @function encode
             * @memberof telamon.v1.MatcherSet
             * @static
             * @param {telamon.v1.MatcherSet.$Properties} message MatcherSet message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            MatcherSet.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.matchers != null && message.matchers.length)
                    for (let i = 0; i < message.matchers.length; ++i)
                        $root.telamon.v1.Matcher.encode(message.matchers[i], writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a MatcherSet message from the specified reader or buffer.
             * @function decode
             * @memberof telamon.v1.MatcherSet
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {telamon.v1.MatcherSet & telamon.v1.MatcherSet.$Shape} MatcherSet
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            MatcherSet.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.telamon.v1.MatcherSet();
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
                            if (!(message.matchers && message.matchers.length))
                                message.matchers = [];
                            message.matchers.push($root.telamon.v1.Matcher.decode(reader, reader.size(), $undefined, _depth + 1));
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

            return MatcherSet;
        })();

        v1.MetricsLabelsRequest = (function() {

            /**
             * Properties of a MetricsLabelsRequest.
             * @typedef {Object} telamon.v1.MetricsLabelsRequest.$Properties
             * @property {Array.<telamon.v1.MatcherSet.$Properties>|null} [matcherSets] MetricsLabelsRequest matcherSets
             * @property {number|null} [fromMs] MetricsLabelsRequest fromMs
             * @property {number|null} [toMs] MetricsLabelsRequest toMs
             * @property {number|null} [limit] MetricsLabelsRequest limit
             * @property {string|null} [name] MetricsLabelsRequest name
             * @property {Array.<string>|null} [knownBlocks] MetricsLabelsRequest knownBlocks
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a MetricsLabelsRequest.
             * @memberof telamon.v1
             * @interface IMetricsLabelsRequest
             * @augments telamon.v1.MetricsLabelsRequest.$Properties
             * @deprecated Use telamon.v1.MetricsLabelsRequest.$Properties instead.
             */

            /**
             * Shape of a MetricsLabelsRequest.
             * @typedef {telamon.v1.MetricsLabelsRequest.$Properties} telamon.v1.MetricsLabelsRequest.$Shape
             */

            /**
             * Constructs a new MetricsLabelsRequest.
             * @memberof telamon.v1
             * @classdesc Represents a MetricsLabelsRequest.
             * @constructor
             * @param {telamon.v1.MetricsLabelsRequest.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const MetricsLabelsRequest = function (properties) {
                this.matcherSets = [];
                this.knownBlocks = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * MetricsLabelsRequest matcherSets.
             * @member {Array.<telamon.v1.MatcherSet.$Properties>} matcherSets
             * @memberof telamon.v1.MetricsLabelsRequest
             * @instance
             */
            MetricsLabelsRequest.prototype.matcherSets = $util.emptyArray;

            /**
             * MetricsLabelsRequest fromMs.
             * @member {number} fromMs
             * @memberof telamon.v1.MetricsLabelsRequest
             * @instance
             */
            MetricsLabelsRequest.prototype.fromMs = 0;

            /**
             * MetricsLabelsRequest toMs.
             * @member {number} toMs
             * @memberof telamon.v1.MetricsLabelsRequest
             * @instance
             */
            MetricsLabelsRequest.prototype.toMs = 0;

            /**
             * MetricsLabelsRequest limit.
             * @member {number} limit
             * @memberof telamon.v1.MetricsLabelsRequest
             * @instance
             */
            MetricsLabelsRequest.prototype.limit = 0;

            /**
             * MetricsLabelsRequest name.
             * @member {string} name
             * @memberof telamon.v1.MetricsLabelsRequest
             * @instance
             */
            MetricsLabelsRequest.prototype.name = "";

            /**
             * MetricsLabelsRequest knownBlocks.
             * @member {Array.<string>} knownBlocks
             * @memberof telamon.v1.MetricsLabelsRequest
             * @instance
             */
            MetricsLabelsRequest.prototype.knownBlocks = $util.emptyArray;

            /**
             * Creates a new MetricsLabelsRequest instance using the specified properties.
             * @function create
             * @memberof telamon.v1.MetricsLabelsRequest
             * @static
             * @param {telamon.v1.MetricsLabelsRequest.$Properties=} [properties] Properties to set
             * @returns {telamon.v1.MetricsLabelsRequest} MetricsLabelsRequest instance
             * @type {{
             *   (properties: telamon.v1.MetricsLabelsRequest.$Shape): telamon.v1.MetricsLabelsRequest & telamon.v1.MetricsLabelsRequest.$Shape;
             *   (properties?: telamon.v1.MetricsLabelsRequest.$Properties): telamon.v1.MetricsLabelsRequest;
             * }}
             */
            MetricsLabelsRequest.create = function(properties) {
                return new MetricsLabelsRequest(properties);
            };

            /**
             * Encodes the specified MetricsLabelsRequest message. Does not implicitly {@link telamon.v1.MetricsLabelsRequest.verify|verify} messages.
             * @function encode
             * @memberof telamon.v1.MetricsLabelsRequest
             * @static
             * @param {telamon.v1.MetricsLabelsRequest.$Properties} message MetricsLabelsRequest message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            MetricsLabelsRequest.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.matcherSets != null && message.matcherSets.length)
                    for (let i = 0; i < message.matcherSets.length; ++i)
                        $root.telamon.v1.MatcherSet.encode(message.matcherSets[i], writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                if (message.fromMs != null && $Object.hasOwnProperty.call(message, "fromMs") && !$Object.is(message.fromMs, 0))
                    writer.uint32(/* id 2, wireType 1 =*/17).double(message.fromMs);
                if (message.toMs != null && $Object.hasOwnProperty.call(message, "toMs") && !$Object.is(message.toMs, 0))
                    writer.uint32(/* id 3, wireType 1 =*/25).double(message.toMs);
                if (message.limit != null && $Object.hasOwnProperty.call(message, "limit") && message.limit !== 0)
                    writer.uint32(/* id 4, wireType 0 =*/32).uint32(message.limit);
                if (message.name != null && $Object.hasOwnProperty.call(message, "name") && message.name !== "")
                    writer.uint32(/* id 5, wireType 2 =*/42).string(message.name);
                if (message.knownBlocks != null && message.knownBlocks.length)
                    for (let i = 0; i < message.knownBlocks.length; ++i)
                        writer.uint32(/* id 6, wireType 2 =*/50).string(message.knownBlocks[i]);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a MetricsLabelsRequest message from the specified reader or buffer.
             * @function decode
             * @memberof telamon.v1.MetricsLabelsRequest
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {telamon.v1.MetricsLabelsRequest & telamon.v1.MetricsLabelsRequest.$Shape} MetricsLabelsRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            MetricsLabelsRequest.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.telamon.v1.MetricsLabelsRequest();
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
                            if (!(message.matcherSets && message.matcherSets.length))
                                message.matcherSets = [];
                            message.matcherSets.push($root.telamon.v1.MatcherSet.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 2: {
                            if (wireType !== 1)
                                break;
                            if (!$Object.is(value = reader.double(), 0))
                                message.fromMs = value;
                            else
                                delete message.fromMs;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 1)
                                break;
                            if (!$Object.is(value = reader.double(), 0))
                                message.toMs = value;
                            else
                                delete message.toMs;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.limit = value;
                            else
                                delete message.limit;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.name = value;
                            else
                                delete message.name;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            if (!(message.knownBlocks && message.knownBlocks.length))
                                message.knownBlocks = [];
                            message.knownBlocks.push(reader.stringVerify());
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

            return MetricsLabelsRequest;
        })();

        v1.MetricsTexts = (function() {

            /**
             * Properties of a MetricsTexts.
             * @typedef {Object} telamon.v1.MetricsTexts.$Properties
             * @property {Array.<string>|null} [texts] MetricsTexts texts
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a MetricsTexts.
             * @memberof telamon.v1
             * @interface IMetricsTexts
             * @augments telamon.v1.MetricsTexts.$Properties
             * @deprecated Use telamon.v1.MetricsTexts.$Properties instead.
             */

            /**
             * Shape of a MetricsTexts.
             * @typedef {telamon.v1.MetricsTexts.$Properties} telamon.v1.MetricsTexts.$Shape
             */

            /**
             * Constructs a new MetricsTexts.
             * @memberof telamon.v1
             * @classdesc Represents a MetricsTexts.
             * @constructor
             * @param {telamon.v1.MetricsTexts.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const MetricsTexts = function (properties) {
                this.texts = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * MetricsTexts texts.
             * @member {Array.<string>} texts
             * @memberof telamon.v1.MetricsTexts
             * @instance
             */
            MetricsTexts.prototype.texts = $util.emptyArray;

            /**
             * Creates a new MetricsTexts instance using the specified properties.
             * @function create
             * @memberof telamon.v1.MetricsTexts
             * @static
             * @param {telamon.v1.MetricsTexts.$Properties=} [properties] Properties to set
             * @returns {telamon.v1.MetricsTexts} MetricsTexts instance
             * @type {{
             *   (properties: telamon.v1.MetricsTexts.$Shape): telamon.v1.MetricsTexts & telamon.v1.MetricsTexts.$Shape;
             *   (properties?: telamon.v1.MetricsTexts.$Properties): telamon.v1.MetricsTexts;
             * }}
             */
            MetricsTexts.create = function(properties) {
                return new MetricsTexts(properties);
            };

            /**
             * Encodes the specified MetricsTexts message. Does not implicitly {@link telamon.v1.MetricsTexts.verify|verify} messages.
             * @function encode
             * @memberof telamon.v1.MetricsTexts
             * @static
             * @param {telamon.v1.MetricsTexts.$Properties} message MetricsTexts message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            MetricsTexts.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.texts != null && message.texts.length)
                    for (let i = 0; i < message.texts.length; ++i)
                        writer.uint32(/* id 1, wireType 2 =*/10).string(message.texts[i]);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a MetricsTexts message from the specified reader or buffer.
             * @function decode
             * @memberof telamon.v1.MetricsTexts
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {telamon.v1.MetricsTexts & telamon.v1.MetricsTexts.$Shape} MetricsTexts
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            MetricsTexts.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.telamon.v1.MetricsTexts();
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
                            if (!(message.texts && message.texts.length))
                                message.texts = [];
                            message.texts.push(reader.stringVerify());
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

            return MetricsTexts;
        })();

        v1.MetricsExemplar = (function() {

            /**
             * Properties of a MetricsExemplar.
             * @typedef {Object} telamon.v1.MetricsExemplar.$Properties
             * @property {number|null} [timeMs] MetricsExemplar timeMs
             * @property {number|null} [value] MetricsExemplar value
             * @property {Uint8Array|null} [labels] MetricsExemplar labels
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a MetricsExemplar.
             * @memberof telamon.v1
             * @interface IMetricsExemplar
             * @augments telamon.v1.MetricsExemplar.$Properties
             * @deprecated Use telamon.v1.MetricsExemplar.$Properties instead.
             */

            /**
             * Shape of a MetricsExemplar.
             * @typedef {telamon.v1.MetricsExemplar.$Properties} telamon.v1.MetricsExemplar.$Shape
             */

            /**
             * Constructs a new MetricsExemplar.
             * @memberof telamon.v1
             * @classdesc Represents a MetricsExemplar.
             * @constructor
             * @param {telamon.v1.MetricsExemplar.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const MetricsExemplar = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * MetricsExemplar timeMs.
             * @member {number} timeMs
             * @memberof telamon.v1.MetricsExemplar
             * @instance
             */
            MetricsExemplar.prototype.timeMs = 0;

            /**
             * MetricsExemplar value.
             * @member {number} value
             * @memberof telamon.v1.MetricsExemplar
             * @instance
             */
            MetricsExemplar.prototype.value = 0;

            /**
             * MetricsExemplar labels.
             * @member {Uint8Array} labels
             * @memberof telamon.v1.MetricsExemplar
             * @instance
             */
            MetricsExemplar.prototype.labels = $util.newBuffer([]);

            /**
             * Creates a new MetricsExemplar instance using the specified properties.
             * @function create
             * @memberof telamon.v1.MetricsExemplar
             * @static
             * @param {telamon.v1.MetricsExemplar.$Properties=} [properties] Properties to set
             * @returns {telamon.v1.MetricsExemplar} MetricsExemplar instance
             * @type {{
             *   (properties: telamon.v1.MetricsExemplar.$Shape): telamon.v1.MetricsExemplar & telamon.v1.MetricsExemplar.$Shape;
             *   (properties?: telamon.v1.MetricsExemplar.$Properties): telamon.v1.MetricsExemplar;
             * }}
             */
            MetricsExemplar.create = function(properties) {
                return new MetricsExemplar(properties);
            };

            /**
             * Encodes the specified MetricsExemplar message. Does not implicitly {@link telamon.v1.MetricsExemplar.verify|verify} messages.
             * @function encode
             * @memberof telamon.v1.MetricsExemplar
             * @static
             * @param {telamon.v1.MetricsExemplar.$Properties} message MetricsExemplar message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            MetricsExemplar.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.timeMs != null && $Object.hasOwnProperty.call(message, "timeMs") && !$Object.is(message.timeMs, 0))
                    writer.uint32(/* id 1, wireType 1 =*/9).double(message.timeMs);
                if (message.value != null && $Object.hasOwnProperty.call(message, "value") && !$Object.is(message.value, 0))
                    writer.uint32(/* id 2, wireType 1 =*/17).double(message.value);
                if (message.labels != null && $Object.hasOwnProperty.call(message, "labels") && message.labels.length)
                    writer.uint32(/* id 3, wireType 2 =*/26).bytes(message.labels);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a MetricsExemplar message from the specified reader or buffer.
             * @function decode
             * @memberof telamon.v1.MetricsExemplar
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {telamon.v1.MetricsExemplar & telamon.v1.MetricsExemplar.$Shape} MetricsExemplar
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            MetricsExemplar.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.telamon.v1.MetricsExemplar();
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
                            if (wireType !== 1)
                                break;
                            if (!$Object.is(value = reader.double(), 0))
                                message.timeMs = value;
                            else
                                delete message.timeMs;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 1)
                                break;
                            if (!$Object.is(value = reader.double(), 0))
                                message.value = value;
                            else
                                delete message.value;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.labels = value;
                            else
                                delete message.labels;
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

            return MetricsExemplar;
        })();

        v1.MetricsExemplarSeries = (function() {

            /**
             * Properties of a MetricsExemplarSeries.
             * @typedef {Object} telamon.v1.MetricsExemplarSeries.$Properties
             * @property {Uint8Array|null} [labels] MetricsExemplarSeries labels
             * @property {Array.<telamon.v1.MetricsExemplar.$Properties>|null} [exemplars] MetricsExemplarSeries exemplars
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a MetricsExemplarSeries.
             * @memberof telamon.v1
             * @interface IMetricsExemplarSeries
             * @augments telamon.v1.MetricsExemplarSeries.$Properties
             * @deprecated Use telamon.v1.MetricsExemplarSeries.$Properties instead.
             */

            /**
             * Shape of a MetricsExemplarSeries.
             * @typedef {telamon.v1.MetricsExemplarSeries.$Properties} telamon.v1.MetricsExemplarSeries.$Shape
             */

            /**
             * Constructs a new MetricsExemplarSeries.
             * @memberof telamon.v1
             * @classdesc Represents a MetricsExemplarSeries.
             * @constructor
             * @param {telamon.v1.MetricsExemplarSeries.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const MetricsExemplarSeries = function (properties) {
                this.exemplars = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * MetricsExemplarSeries labels.
             * @member {Uint8Array} labels
             * @memberof telamon.v1.MetricsExemplarSeries
             * @instance
             */
            MetricsExemplarSeries.prototype.labels = $util.newBuffer([]);

            /**
             * MetricsExemplarSeries exemplars.
             * @member {Array.<telamon.v1.MetricsExemplar.$Properties>} exemplars
             * @memberof telamon.v1.MetricsExemplarSeries
             * @instance
             */
            MetricsExemplarSeries.prototype.exemplars = $util.emptyArray;

            /**
             * Creates a new MetricsExemplarSeries instance using the specified properties.
             * @function create
             * @memberof telamon.v1.MetricsExemplarSeries
             * @static
             * @param {telamon.v1.MetricsExemplarSeries.$Properties=} [properties] Properties to set
             * @returns {telamon.v1.MetricsExemplarSeries} MetricsExemplarSeries instance
             * @type {{
             *   (properties: telamon.v1.MetricsExemplarSeries.$Shape): telamon.v1.MetricsExemplarSeries & telamon.v1.MetricsExemplarSeries.$Shape;
             *   (properties?: telamon.v1.MetricsExemplarSeries.$Properties): telamon.v1.MetricsExemplarSeries;
             * }}
             */
            MetricsExemplarSeries.create = function(properties) {
                return new MetricsExemplarSeries(properties);
            };

            /**
             * Encodes the specified MetricsExemplarSeries message. Does not implicitly {@link telamon.v1.MetricsExemplarSeries.verify|verify} messages.
             * @function encode
             * @memberof telamon.v1.MetricsExemplarSeries
             * @static
             * @param {telamon.v1.MetricsExemplarSeries.$Properties} message MetricsExemplarSeries message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            MetricsExemplarSeries.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.labels != null && $Object.hasOwnProperty.call(message, "labels") && message.labels.length)
                    writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.labels);
                if (message.exemplars != null && message.exemplars.length)
                    for (let i = 0; i < message.exemplars.length; ++i)
                        $root.telamon.v1.MetricsExemplar.encode(message.exemplars[i], writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a MetricsExemplarSeries message from the specified reader or buffer.
             * @function decode
             * @memberof telamon.v1.MetricsExemplarSeries
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {telamon.v1.MetricsExemplarSeries & telamon.v1.MetricsExemplarSeries.$Shape} MetricsExemplarSeries
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            MetricsExemplarSeries.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.telamon.v1.MetricsExemplarSeries();
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
                            if ((value = reader.bytes()).length)
                                message.labels = value;
                            else
                                delete message.labels;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if (!(message.exemplars && message.exemplars.length))
                                message.exemplars = [];
                            message.exemplars.push($root.telamon.v1.MetricsExemplar.decode(reader, reader.size(), $undefined, _depth + 1));
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

            return MetricsExemplarSeries;
        })();

        v1.MetricsExemplarsPart = (function() {

            /**
             * Properties of a MetricsExemplarsPart.
             * @typedef {Object} telamon.v1.MetricsExemplarsPart.$Properties
             * @property {Array.<telamon.v1.MetricsExemplarSeries.$Properties>|null} [series] MetricsExemplarsPart series
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a MetricsExemplarsPart.
             * @memberof telamon.v1
             * @interface IMetricsExemplarsPart
             * @augments telamon.v1.MetricsExemplarsPart.$Properties
             * @deprecated Use telamon.v1.MetricsExemplarsPart.$Properties instead.
             */

            /**
             * Shape of a MetricsExemplarsPart.
             * @typedef {telamon.v1.MetricsExemplarsPart.$Properties} telamon.v1.MetricsExemplarsPart.$Shape
             */

            /**
             * Constructs a new MetricsExemplarsPart.
             * @memberof telamon.v1
             * @classdesc Represents a MetricsExemplarsPart.
             * @constructor
             * @param {telamon.v1.MetricsExemplarsPart.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const MetricsExemplarsPart = function (properties) {
                this.series = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * MetricsExemplarsPart series.
             * @member {Array.<telamon.v1.MetricsExemplarSeries.$Properties>} series
             * @memberof telamon.v1.MetricsExemplarsPart
             * @instance
             */
            MetricsExemplarsPart.prototype.series = $util.emptyArray;

            /**
             * Creates a new MetricsExemplarsPart instance using the specified properties.
             * @function create
             * @memberof telamon.v1.MetricsExemplarsPart
             * @static
             * @param {telamon.v1.MetricsExemplarsPart.$Properties=} [properties] Properties to set
             * @returns {telamon.v1.MetricsExemplarsPart} MetricsExemplarsPart instance
             * @type {{
             *   (properties: telamon.v1.MetricsExemplarsPart.$Shape): telamon.v1.MetricsExemplarsPart & telamon.v1.MetricsExemplarsPart.$Shape;
             *   (properties?: telamon.v1.MetricsExemplarsPart.$Properties): telamon.v1.MetricsExemplarsPart;
             * }}
             */
            MetricsExemplarsPart.create = function(properties) {
                return new MetricsExemplarsPart(properties);
            };

            /**
             * Encodes the specified MetricsExemplarsPart message. Does not implicitly {@link telamon.v1.MetricsExemplarsPart.verify|verify} messages.
             * @function encode
             * @memberof telamon.v1.MetricsExemplarsPart
             * @static
             * @param {telamon.v1.MetricsExemplarsPart.$Properties} message MetricsExemplarsPart message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            MetricsExemplarsPart.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.series != null && message.series.length)
                    for (let i = 0; i < message.series.length; ++i)
                        $root.telamon.v1.MetricsExemplarSeries.encode(message.series[i], writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a MetricsExemplarsPart message from the specified reader or buffer.
             * @function decode
             * @memberof telamon.v1.MetricsExemplarsPart
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {telamon.v1.MetricsExemplarsPart & telamon.v1.MetricsExemplarsPart.$Shape} MetricsExemplarsPart
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            MetricsExemplarsPart.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.telamon.v1.MetricsExemplarsPart();
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
                            if (!(message.series && message.series.length))
                                message.series = [];
                            message.series.push($root.telamon.v1.MetricsExemplarSeries.decode(reader, reader.size(), $undefined, _depth + 1));
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

            return MetricsExemplarsPart;
        })();

        v1.MetricsMetadataRequest = (function() {

            /**
             * Properties of a MetricsMetadataRequest.
             * @typedef {Object} telamon.v1.MetricsMetadataRequest.$Properties
             * @property {string|null} [metric] MetricsMetadataRequest metric
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a MetricsMetadataRequest.
             * @memberof telamon.v1
             * @interface IMetricsMetadataRequest
             * @augments telamon.v1.MetricsMetadataRequest.$Properties
             * @deprecated Use telamon.v1.MetricsMetadataRequest.$Properties instead.
             */

            /**
             * Shape of a MetricsMetadataRequest.
             * @typedef {telamon.v1.MetricsMetadataRequest.$Properties} telamon.v1.MetricsMetadataRequest.$Shape
             */

            /**
             * Constructs a new MetricsMetadataRequest.
             * @memberof telamon.v1
             * @classdesc Represents a MetricsMetadataRequest.
             * @constructor
             * @param {telamon.v1.MetricsMetadataRequest.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const MetricsMetadataRequest = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * MetricsMetadataRequest metric.
             * @member {string} metric
             * @memberof telamon.v1.MetricsMetadataRequest
             * @instance
             */
            MetricsMetadataRequest.prototype.metric = "";

            /**
             * Creates a new MetricsMetadataRequest instance using the specified properties.
             * @function create
             * @memberof telamon.v1.MetricsMetadataRequest
             * @static
             * @param {telamon.v1.MetricsMetadataRequest.$Properties=} [properties] Properties to set
             * @returns {telamon.v1.MetricsMetadataRequest} MetricsMetadataRequest instance
             * @type {{
             *   (properties: telamon.v1.MetricsMetadataRequest.$Shape): telamon.v1.MetricsMetadataRequest & telamon.v1.MetricsMetadataRequest.$Shape;
             *   (properties?: telamon.v1.MetricsMetadataRequest.$Properties): telamon.v1.MetricsMetadataRequest;
             * }}
             */
            MetricsMetadataRequest.create = function(properties) {
                return new MetricsMetadataRequest(properties);
            };

            /**
             * Encodes the specified MetricsMetadataRequest message. Does not implicitly {@link telamon.v1.MetricsMetadataRequest.verify|verify} messages.
             * @function encode
             * @memberof telamon.v1.MetricsMetadataRequest
             * @static
             * @param {telamon.v1.MetricsMetadataRequest.$Properties} message MetricsMetadataRequest message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            MetricsMetadataRequest.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.metric != null && $Object.hasOwnProperty.call(message, "metric") && message.metric !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.metric);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a MetricsMetadataRequest message from the specified reader or buffer.
             * @function decode
             * @memberof telamon.v1.MetricsMetadataRequest
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {telamon.v1.MetricsMetadataRequest & telamon.v1.MetricsMetadataRequest.$Shape} MetricsMetadataRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            MetricsMetadataRequest.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.telamon.v1.MetricsMetadataRequest();
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
                                message.metric = value;
                            else
                                delete message.metric;
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

            return MetricsMetadataRequest;
        })();

        v1.MetricsMetadata = (function() {

            /**
             * Properties of a MetricsMetadata.
             * @typedef {Object} telamon.v1.MetricsMetadata.$Properties
             * @property {string|null} [metric] MetricsMetadata metric
             * @property {string|null} [type] MetricsMetadata type
             * @property {string|null} [help] MetricsMetadata help
             * @property {string|null} [unit] MetricsMetadata unit
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a MetricsMetadata.
             * @memberof telamon.v1
             * @interface IMetricsMetadata
             * @augments telamon.v1.MetricsMetadata.$Properties
             * @deprecated Use telamon.v1.MetricsMetadata.$Properties instead.
             */

            /**
             * Shape of a MetricsMetadata.
             * @typedef {telamon.v1.MetricsMetadata.$Properties} telamon.v1.MetricsMetadata.$Shape
             */

            /**
             * Constructs a new MetricsMetadata.
             * @memberof telamon.v1
             * @classdesc Represents a MetricsMetadata.
             * @constructor
             * @param {telamon.v1.MetricsMetadata.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const MetricsMetadata = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * MetricsMetadata metric.
             * @member {string} metric
             * @memberof telamon.v1.MetricsMetadata
             * @instance
             */
            MetricsMetadata.prototype.metric = "";

            /**
             * MetricsMetadata type.
             * @member {string} type
             * @memberof telamon.v1.MetricsMetadata
             * @instance
             */
            MetricsMetadata.prototype.type = "";

            /**
             * MetricsMetadata help.
             * @member {string} help
             * @memberof telamon.v1.MetricsMetadata
             * @instance
             */
            MetricsMetadata.prototype.help = "";

            /**
             * MetricsMetadata unit.
             * @member {string} unit
             * @memberof telamon.v1.MetricsMetadata
             * @instance
             */
            MetricsMetadata.prototype.unit = "";

            /**
             * Creates a new MetricsMetadata instance using the specified properties.
             * @function create
             * @memberof telamon.v1.MetricsMetadata
             * @static
             * @param {telamon.v1.MetricsMetadata.$Properties=} [properties] Properties to set
             * @returns {telamon.v1.MetricsMetadata} MetricsMetadata instance
             * @type {{
             *   (properties: telamon.v1.MetricsMetadata.$Shape): telamon.v1.MetricsMetadata & telamon.v1.MetricsMetadata.$Shape;
             *   (properties?: telamon.v1.MetricsMetadata.$Properties): telamon.v1.MetricsMetadata;
             * }}
             */
            MetricsMetadata.create = function(properties) {
                return new MetricsMetadata(properties);
            };

            /**
             * Encodes the specified MetricsMetadata message. Does not implicitly {@link telamon.v1.MetricsMetadata.verify|verify} messages.
             * @function encode
             * @memberof telamon.v1.MetricsMetadata
             * @static
             * @param {telamon.v1.MetricsMetadata.$Properties} message MetricsMetadata message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            MetricsMetadata.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.metric != null && $Object.hasOwnProperty.call(message, "metric") && message.metric !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.metric);
                if (message.type != null && $Object.hasOwnProperty.call(message, "type") && message.type !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.type);
                if (message.help != null && $Object.hasOwnProperty.call(message, "help") && message.help !== "")
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.help);
                if (message.unit != null && $Object.hasOwnProperty.call(message, "unit") && message.unit !== "")
                    writer.uint32(/* id 4, wireType 2 =*/34).string(message.unit);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a MetricsMetadata message from the specified reader or buffer.
             * @function decode
             * @memberof telamon.v1.MetricsMetadata
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {telamon.v1.MetricsMetadata & telamon.v1.MetricsMetadata.$Shape} MetricsMetadata
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            MetricsMetadata.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.telamon.v1.MetricsMetadata();
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
                                message.metric = value;
                            else
                                delete message.metric;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.type = value;
                            else
                                delete message.type;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.help = value;
                            else
                                delete message.help;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.unit = value;
                            else
                                delete message.unit;
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

            return MetricsMetadata;
        })();

        v1.MetricsMetadataPart = (function() {

            /**
             * Properties of a MetricsMetadataPart.
             * @typedef {Object} telamon.v1.MetricsMetadataPart.$Properties
             * @property {Array.<telamon.v1.MetricsMetadata.$Properties>|null} [entries] MetricsMetadataPart entries
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a MetricsMetadataPart.
             * @memberof telamon.v1
             * @interface IMetricsMetadataPart
             * @augments telamon.v1.MetricsMetadataPart.$Properties
             * @deprecated Use telamon.v1.MetricsMetadataPart.$Properties instead.
             */

            /**
             * Shape of a MetricsMetadataPart.
             * @typedef {telamon.v1.MetricsMetadataPart.$Properties} telamon.v1.MetricsMetadataPart.$Shape
             */

            /**
             * Constructs a new MetricsMetadataPart.
             * @memberof telamon.v1
             * @classdesc Represents a MetricsMetadataPart.
             * @constructor
             * @param {telamon.v1.MetricsMetadataPart.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const MetricsMetadataPart = function (properties) {
                this.entries = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * MetricsMetadataPart entries.
             * @member {Array.<telamon.v1.MetricsMetadata.$Properties>} entries
             * @memberof telamon.v1.MetricsMetadataPart
             * @instance
             */
            MetricsMetadataPart.prototype.entries = $util.emptyArray;

            /**
             * Creates a new MetricsMetadataPart instance using the specified properties.
             * @function create
             * @memberof telamon.v1.MetricsMetadataPart
             * @static
             * @param {telamon.v1.MetricsMetadataPart.$Properties=} [properties] Properties to set
             * @returns {telamon.v1.MetricsMetadataPart} MetricsMetadataPart instance
             * @type {{
             *   (properties: telamon.v1.MetricsMetadataPart.$Shape): telamon.v1.MetricsMetadataPart & telamon.v1.MetricsMetadataPart.$Shape;
             *   (properties?: telamon.v1.MetricsMetadataPart.$Properties): telamon.v1.MetricsMetadataPart;
             * }}
             */
            MetricsMetadataPart.create = function(properties) {
                return new MetricsMetadataPart(properties);
            };

            /**
             * Encodes the specified MetricsMetadataPart message. Does not implicitly {@link telamon.v1.MetricsMetadataPart.verify|verify} messages.
             * @function encode
             * @memberof telamon.v1.MetricsMetadataPart
             * @static
             * @param {telamon.v1.MetricsMetadataPart.$Properties} message MetricsMetadataPart message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            MetricsMetadataPart.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.entries != null && message.entries.length)
                    for (let i = 0; i < message.entries.length; ++i)
                        $root.telamon.v1.MetricsMetadata.encode(message.entries[i], writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a MetricsMetadataPart message from the specified reader or buffer.
             * @function decode
             * @memberof telamon.v1.MetricsMetadataPart
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {telamon.v1.MetricsMetadataPart & telamon.v1.MetricsMetadataPart.$Shape} MetricsMetadataPart
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            MetricsMetadataPart.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.telamon.v1.MetricsMetadataPart();
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
                            if (!(message.entries && message.entries.length))
                                message.entries = [];
                            message.entries.push($root.telamon.v1.MetricsMetadata.decode(reader, reader.size(), $undefined, _depth + 1));
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

            return MetricsMetadataPart;
        })();

        v1.MetricsCardinalityRequest = (function() {

            /**
             * Properties of a MetricsCardinalityRequest.
             * @typedef {Object} telamon.v1.MetricsCardinalityRequest.$Properties
             * @property {number|null} [limit] MetricsCardinalityRequest limit
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a MetricsCardinalityRequest.
             * @memberof telamon.v1
             * @interface IMetricsCardinalityRequest
             * @augments telamon.v1.MetricsCardinalityRequest.$Properties
             * @deprecated Use telamon.v1.MetricsCardinalityRequest.$Properties instead.
             */

            /**
             * Shape of a MetricsCardinalityRequest.
             * @typedef {telamon.v1.MetricsCardinalityRequest.$Properties} telamon.v1.MetricsCardinalityRequest.$Shape
             */

            /**
             * Constructs a new MetricsCardinalityRequest.
             * @memberof telamon.v1
             * @classdesc Represents a MetricsCardinalityRequest.
             * @constructor
             * @param {telamon.v1.MetricsCardinalityRequest.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const MetricsCardinalityRequest = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * MetricsCardinalityRequest limit.
             * @member {number} limit
             * @memberof telamon.v1.MetricsCardinalityRequest
             * @instance
             */
            MetricsCardinalityRequest.prototype.limit = 0;

            /**
             * Creates a new MetricsCardinalityRequest instance using the specified properties.
             * @function create
             * @memberof telamon.v1.MetricsCardinalityRequest
             * @static
             * @param {telamon.v1.MetricsCardinalityRequest.$Properties=} [properties] Properties to set
             * @returns {telamon.v1.MetricsCardinalityRequest} MetricsCardinalityRequest instance
             * @type {{
             *   (properties: telamon.v1.MetricsCardinalityRequest.$Shape): telamon.v1.MetricsCardinalityRequest & telamon.v1.MetricsCardinalityRequest.$Shape;
             *   (properties?: telamon.v1.MetricsCardinalityRequest.$Properties): telamon.v1.MetricsCardinalityRequest;
             * }}
             */
            MetricsCardinalityRequest.create = function(properties) {
                return new MetricsCardinalityRequest(properties);
            };

            /**
             * Encodes the specified MetricsCardinalityRequest message. Does not implicitly {@link telamon.v1.MetricsCardinalityRequest.verify|verify} messages.
             * @function encode
             * @memberof telamon.v1.MetricsCardinalityRequest
             * @static
             * @param {telamon.v1.MetricsCardinalityRequest.$Properties} message MetricsCardinalityRequest message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            MetricsCardinalityRequest.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.limit != null && $Object.hasOwnProperty.call(message, "limit") && message.limit !== 0)
                    writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.limit);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a MetricsCardinalityRequest message from the specified reader or buffer.
             * @function decode
             * @memberof telamon.v1.MetricsCardinalityRequest
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {telamon.v1.MetricsCardinalityRequest & telamon.v1.MetricsCardinalityRequest.$Shape} MetricsCardinalityRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            MetricsCardinalityRequest.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.telamon.v1.MetricsCardinalityRequest();
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
                            if (value = reader.uint32())
                                message.limit = value;
                            else
                                delete message.limit;
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

            return MetricsCardinalityRequest;
        })();

        v1.MetricsNamedCount = (function() {

            /**
             * Properties of a MetricsNamedCount.
             * @typedef {Object} telamon.v1.MetricsNamedCount.$Properties
             * @property {string|null} [name] MetricsNamedCount name
             * @property {number|null} [value] MetricsNamedCount value
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a MetricsNamedCount.
             * @memberof telamon.v1
             * @interface IMetricsNamedCount
             * @augments telamon.v1.MetricsNamedCount.$Properties
             * @deprecated Use telamon.v1.MetricsNamedCount.$Properties instead.
             */

            /**
             * Shape of a MetricsNamedCount.
             * @typedef {telamon.v1.MetricsNamedCount.$Properties} telamon.v1.MetricsNamedCount.$Shape
             */

            /**
             * Constructs a new MetricsNamedCount.
             * @memberof telamon.v1
             * @classdesc Represents a MetricsNamedCount.
             * @constructor
             * @param {telamon.v1.MetricsNamedCount.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const MetricsNamedCount = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * MetricsNamedCount name.
             * @member {string} name
             * @memberof telamon.v1.MetricsNamedCount
             * @instance
             */
            MetricsNamedCount.prototype.name = "";

            /**
             * MetricsNamedCount value.
             * @member {number} value
             * @memberof telamon.v1.MetricsNamedCount
             * @instance
             */
            MetricsNamedCount.prototype.value = 0;

            /**
             * Creates a new MetricsNamedCount instance using the specified properties.
             * @function create
             * @memberof telamon.v1.MetricsNamedCount
             * @static
             * @param {telamon.v1.MetricsNamedCount.$Properties=} [properties] Properties to set
             * @returns {telamon.v1.MetricsNamedCount} MetricsNamedCount instance
             * @type {{
             *   (properties: telamon.v1.MetricsNamedCount.$Shape): telamon.v1.MetricsNamedCount & telamon.v1.MetricsNamedCount.$Shape;
             *   (properties?: telamon.v1.MetricsNamedCount.$Properties): telamon.v1.MetricsNamedCount;
             * }}
             */
            MetricsNamedCount.create = function(properties) {
                return new MetricsNamedCount(properties);
            };

            /**
             * Encodes the specified MetricsNamedCount message. Does not implicitly {@link telamon.v1.MetricsNamedCount.verify|verify} messages.
             * @function encode
             * @memberof telamon.v1.MetricsNamedCount
             * @static
             * @param {telamon.v1.MetricsNamedCount.$Properties} message MetricsNamedCount message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            MetricsNamedCount.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.name != null && $Object.hasOwnProperty.call(message, "name") && message.name !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.name);
                if (message.value != null && $Object.hasOwnProperty.call(message, "value") && !$Object.is(message.value, 0))
                    writer.uint32(/* id 2, wireType 1 =*/17).double(message.value);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a MetricsNamedCount message from the specified reader or buffer.
             * @function decode
             * @memberof telamon.v1.MetricsNamedCount
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {telamon.v1.MetricsNamedCount & telamon.v1.MetricsNamedCount.$Shape} MetricsNamedCount
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            MetricsNamedCount.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.telamon.v1.MetricsNamedCount();
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
                                message.name = value;
                            else
                                delete message.name;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 1)
                                break;
                            if (!$Object.is(value = reader.double(), 0))
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

            return MetricsNamedCount;
        })();

        v1.MetricsCardinalityReply = (function() {

            /**
             * Properties of a MetricsCardinalityReply.
             * @typedef {Object} telamon.v1.MetricsCardinalityReply.$Properties
             * @property {boolean|null} [hasHead] MetricsCardinalityReply hasHead
             * @property {number|null} [numSeries] MetricsCardinalityReply numSeries
             * @property {number|null} [numLabelPairs] MetricsCardinalityReply numLabelPairs
             * @property {number|null} [chunkCount] MetricsCardinalityReply chunkCount
             * @property {number|null} [minTimeMs] MetricsCardinalityReply minTimeMs
             * @property {number|null} [maxTimeMs] MetricsCardinalityReply maxTimeMs
             * @property {Array.<telamon.v1.MetricsNamedCount.$Properties>|null} [seriesCountByMetricName] MetricsCardinalityReply seriesCountByMetricName
             * @property {Array.<telamon.v1.MetricsNamedCount.$Properties>|null} [labelValueCountByLabelName] MetricsCardinalityReply labelValueCountByLabelName
             * @property {Array.<telamon.v1.MetricsNamedCount.$Properties>|null} [memoryInBytesByLabelName] MetricsCardinalityReply memoryInBytesByLabelName
             * @property {Array.<telamon.v1.MetricsNamedCount.$Properties>|null} [seriesCountByLabelValuePair] MetricsCardinalityReply seriesCountByLabelValuePair
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a MetricsCardinalityReply.
             * @memberof telamon.v1
             * @interface IMetricsCardinalityReply
             * @augments telamon.v1.MetricsCardinalityReply.$Properties
             * @deprecated Use telamon.v1.MetricsCardinalityReply.$Properties instead.
             */

            /**
             * Shape of a MetricsCardinalityReply.
             * @typedef {telamon.v1.MetricsCardinalityReply.$Properties} telamon.v1.MetricsCardinalityReply.$Shape
             */

            /**
             * Constructs a new MetricsCardinalityReply.
             * @memberof telamon.v1
             * @classdesc Represents a MetricsCardinalityReply.
             * @constructor
             * @param {telamon.v1.MetricsCardinalityReply.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const MetricsCardinalityReply = function (properties) {
                this.seriesCountByMetricName = [];
                this.labelValueCountByLabelName = [];
                this.memoryInBytesByLabelName = [];
                this.seriesCountByLabelValuePair = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * MetricsCardinalityReply hasHead.
             * @member {boolean} hasHead
             * @memberof telamon.v1.MetricsCardinalityReply
             * @instance
             */
            MetricsCardinalityReply.prototype.hasHead = false;

            /**
             * MetricsCardinalityReply numSeries.
             * @member {number} numSeries
             * @memberof telamon.v1.MetricsCardinalityReply
             * @instance
             */
            MetricsCardinalityReply.prototype.numSeries = 0;

            /**
             * MetricsCardinalityReply numLabelPairs.
             * @member {number} numLabelPairs
             * @memberof telamon.v1.MetricsCardinalityReply
             * @instance
             */
            MetricsCardinalityReply.prototype.numLabelPairs = 0;

            /**
             * MetricsCardinalityReply chunkCount.
             * @member {number} chunkCount
             * @memberof telamon.v1.MetricsCardinalityReply
             * @instance
             */
            MetricsCardinalityReply.prototype.chunkCount = 0;

            /**
             * MetricsCardinalityReply minTimeMs.
             * @member {number|null|undefined} minTimeMs
             * @memberof telamon.v1.MetricsCardinalityReply
             * @instance
             */
            MetricsCardinalityReply.prototype.minTimeMs = null;

            /**
             * MetricsCardinalityReply maxTimeMs.
             * @member {number|null|undefined} maxTimeMs
             * @memberof telamon.v1.MetricsCardinalityReply
             * @instance
             */
            MetricsCardinalityReply.prototype.maxTimeMs = null;

            /**
             * MetricsCardinalityReply seriesCountByMetricName.
             * @member {Array.<telamon.v1.MetricsNamedCount.$Properties>} seriesCountByMetricName
             * @memberof telamon.v1.MetricsCardinalityReply
             * @instance
             */
            MetricsCardinalityReply.prototype.seriesCountByMetricName = $util.emptyArray;

            /**
             * MetricsCardinalityReply labelValueCountByLabelName.
             * @member {Array.<telamon.v1.MetricsNamedCount.$Properties>} labelValueCountByLabelName
             * @memberof telamon.v1.MetricsCardinalityReply
             * @instance
             */
            MetricsCardinalityReply.prototype.labelValueCountByLabelName = $util.emptyArray;

            /**
             * MetricsCardinalityReply memoryInBytesByLabelName.
             * @member {Array.<telamon.v1.MetricsNamedCount.$Properties>} memoryInBytesByLabelName
             * @memberof telamon.v1.MetricsCardinalityReply
             * @instance
             */
            MetricsCardinalityReply.prototype.memoryInBytesByLabelName = $util.emptyArray;

            /**
             * MetricsCardinalityReply seriesCountByLabelValuePair.
             * @member {Array.<telamon.v1.MetricsNamedCount.$Properties>} seriesCountByLabelValuePair
             * @memberof telamon.v1.MetricsCardinalityReply
             * @instance
             */
            MetricsCardinalityReply.prototype.seriesCountByLabelValuePair = $util.emptyArray;

            // OneOf field names bound to virtual getters and setters
            let $oneOfFields;

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(MetricsCardinalityReply.prototype, "_minTimeMs", {
                get: $util.oneOfGetter($oneOfFields = ["minTimeMs"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            // Virtual OneOf for proto3 optional field
            $Object.defineProperty(MetricsCardinalityReply.prototype, "_maxTimeMs", {
                get: $util.oneOfGetter($oneOfFields = ["maxTimeMs"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            /**
             * Creates a new MetricsCardinalityReply instance using the specified properties.
             * @function create
             * @memberof telamon.v1.MetricsCardinalityReply
             * @static
             * @param {telamon.v1.MetricsCardinalityReply.$Properties=} [properties] Properties to set
             * @returns {telamon.v1.MetricsCardinalityReply} MetricsCardinalityReply instance
             * @type {{
             *   (properties: telamon.v1.MetricsCardinalityReply.$Shape): telamon.v1.MetricsCardinalityReply & telamon.v1.MetricsCardinalityReply.$Shape;
             *   (properties?: telamon.v1.MetricsCardinalityReply.$Properties): telamon.v1.MetricsCardinalityReply;
             * }}
             */
            MetricsCardinalityReply.create = function(properties) {
                return new MetricsCardinalityReply(properties);
            };

            /**
             * Encodes the specified MetricsCardinalityReply message. Does not implicitly {@link telamon.v1.MetricsCardinalityReply.verify|verify} messages.
             * @function encode
             * @memberof telamon.v1.MetricsCardinalityReply
             * @static
             * @param {telamon.v1.MetricsCardinalityReply.$Properties} message MetricsCardinalityReply message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            MetricsCardinalityReply.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.hasHead != null && $Object.hasOwnProperty.call(message, "hasHead") && message.hasHead !== false)
                    writer.uint32(/* id 1, wireType 0 =*/8).bool(message.hasHead);
                if (message.numSeries != null && $Object.hasOwnProperty.call(message, "numSeries") && !$Object.is(message.numSeries, 0))
                    writer.uint32(/* id 2, wireType 1 =*/17).double(message.numSeries);
                if (message.numLabelPairs != null && $Object.hasOwnProperty.call(message, "numLabelPairs") && !$Object.is(message.numLabelPairs, 0))
                    writer.uint32(/* id 3, wireType 1 =*/25).double(message.numLabelPairs);
                if (message.chunkCount != null && $Object.hasOwnProperty.call(message, "chunkCount") && !$Object.is(message.chunkCount, 0))
                    writer.uint32(/* id 4, wireType 1 =*/33).double(message.chunkCount);
                if (message.minTimeMs != null && $Object.hasOwnProperty.call(message, "minTimeMs"))
                    writer.uint32(/* id 5, wireType 1 =*/41).double(message.minTimeMs);
                if (message.maxTimeMs != null && $Object.hasOwnProperty.call(message, "maxTimeMs"))
                    writer.uint32(/* id 6, wireType 1 =*/49).double(message.maxTimeMs);
                if (message.seriesCountByMetricName != null && message.seriesCountByMetricName.length)
                    for (let i = 0; i < message.seriesCountByMetricName.length; ++i)
                        $root.telamon.v1.MetricsNamedCount.encode(message.seriesCountByMetricName[i], writer.uint32(/* id 7, wireType 2 =*/58).fork(), _depth + 1).ldelim();
                if (message.labelValueCountByLabelName != null && message.labelValueCountByLabelName.length)
                    for (let i = 0; i < message.labelValueCountByLabelName.length; ++i)
                        $root.telamon.v1.MetricsNamedCount.encode(message.labelValueCountByLabelName[i], writer.uint32(/* id 8, wireType 2 =*/66).fork(), _depth + 1).ldelim();
                if (message.memoryInBytesByLabelName != null && message.memoryInBytesByLabelName.length)
                    for (let i = 0; i < message.memoryInBytesByLabelName.length; ++i)
                        $root.telamon.v1.MetricsNamedCount.encode(message.memoryInBytesByLabelName[i], writer.uint32(/* id 9, wireType 2 =*/74).fork(), _depth + 1).ldelim();
                if (message.seriesCountByLabelValuePair != null && message.seriesCountByLabelValuePair.length)
                    for (let i = 0; i < message.seriesCountByLabelValuePair.length; ++i)
                        $root.telamon.v1.MetricsNamedCount.encode(message.seriesCountByLabelValuePair[i], writer.uint32(/* id 10, wireType 2 =*/82).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a MetricsCardinalityReply message from the specified reader or buffer.
             * @function decode
             * @memberof telamon.v1.MetricsCardinalityReply
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {telamon.v1.MetricsCardinalityReply & telamon.v1.MetricsCardinalityReply.$Shape} MetricsCardinalityReply
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            MetricsCardinalityReply.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.telamon.v1.MetricsCardinalityReply();
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
                            if (value = reader.bool())
                                message.hasHead = value;
                            else
                                delete message.hasHead;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 1)
                                break;
                            if (!$Object.is(value = reader.double(), 0))
                                message.numSeries = value;
                            else
                                delete message.numSeries;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 1)
                                break;
                            if (!$Object.is(value = reader.double(), 0))
                                message.numLabelPairs = value;
                            else
                                delete message.numLabelPairs;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 1)
                                break;
                            if (!$Object.is(value = reader.double(), 0))
                                message.chunkCount = value;
                            else
                                delete message.chunkCount;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 1)
                                break;
                            message.minTimeMs = reader.double();
                            message._minTimeMs = "minTimeMs";
                            continue;
                        }
                    case 6: {
                            if (wireType !== 1)
                                break;
                            message.maxTimeMs = reader.double();
                            message._maxTimeMs = "maxTimeMs";
                            continue;
                        }
                    case 7: {
                            if (wireType !== 2)
                                break;
                            if (!(message.seriesCountByMetricName && message.seriesCountByMetricName.length))
                                message.seriesCountByMetricName = [];
                            message.seriesCountByMetricName.push($root.telamon.v1.MetricsNamedCount.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 8: {
                            if (wireType !== 2)
                                break;
                            if (!(message.labelValueCountByLabelName && message.labelValueCountByLabelName.length))
                                message.labelValueCountByLabelName = [];
                            message.labelValueCountByLabelName.push($root.telamon.v1.MetricsNamedCount.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 9: {
                            if (wireType !== 2)
                                break;
                            if (!(message.memoryInBytesByLabelName && message.memoryInBytesByLabelName.length))
                                message.memoryInBytesByLabelName = [];
                            message.memoryInBytesByLabelName.push($root.telamon.v1.MetricsNamedCount.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 10: {
                            if (wireType !== 2)
                                break;
                            if (!(message.seriesCountByLabelValuePair && message.seriesCountByLabelValuePair.length))
                                message.seriesCountByLabelValuePair = [];
                            message.seriesCountByLabelValuePair.push($root.telamon.v1.MetricsNamedCount.decode(reader, reader.size(), $undefined, _depth + 1));
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

            return MetricsCardinalityReply;
        })();

        v1.MetricsUsageRequest = (function() {

            /**
             * Properties of a MetricsUsageRequest.
             * @typedef {Object} telamon.v1.MetricsUsageRequest.$Properties
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a MetricsUsageRequest.
             * @memberof telamon.v1
             * @interface IMetricsUsageRequest
             * @augments telamon.v1.MetricsUsageRequest.$Properties
             * @deprecated Use telamon.v1.MetricsUsageRequest.$Properties instead.
             */

            /**
             * Shape of a MetricsUsageRequest.
             * @typedef {telamon.v1.MetricsUsageRequest.$Properties} telamon.v1.MetricsUsageRequest.$Shape
             */

            /**
             * Constructs a new MetricsUsageRequest.
             * @memberof telamon.v1
             * @classdesc Represents a MetricsUsageRequest.
             * @constructor
             * @param {telamon.v1.MetricsUsageRequest.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const MetricsUsageRequest = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Creates a new MetricsUsageRequest instance using the specified properties.
             * @function create
             * @memberof telamon.v1.MetricsUsageRequest
             * @static
             * @param {telamon.v1.MetricsUsageRequest.$Properties=} [properties] Properties to set
             * @returns {telamon.v1.MetricsUsageRequest} MetricsUsageRequest instance
             * @type {{
             *   (properties: telamon.v1.MetricsUsageRequest.$Shape): telamon.v1.MetricsUsageRequest & telamon.v1.MetricsUsageRequest.$Shape;
             *   (properties?: telamon.v1.MetricsUsageRequest.$Properties): telamon.v1.MetricsUsageRequest;
             * }}
             */
            MetricsUsageRequest.create = function(properties) {
                return new MetricsUsageRequest(properties);
            };

            /**
             * Encodes the specified MetricsUsageRequest message. Does not implicitly {@link telamon.v1.MetricsUsageRequest.verify|verify} messages.
             * @function encode
             * @memberof telamon.v1.MetricsUsageRequest
             * @static
             * @param {telamon.v1.MetricsUsageRequest.$Properties} message MetricsUsageRequest message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            MetricsUsageRequest.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a MetricsUsageRequest message from the specified reader or buffer.
             * @function decode
             * @memberof telamon.v1.MetricsUsageRequest
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {telamon.v1.MetricsUsageRequest & telamon.v1.MetricsUsageRequest.$Shape} MetricsUsageRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            MetricsUsageRequest.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.telamon.v1.MetricsUsageRequest();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    reader.skipType(tag & 7, _depth, tag);
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

            return MetricsUsageRequest;
        })();

        v1.MetricsUsageReply = (function() {

            /**
             * Properties of a MetricsUsageReply.
             * @typedef {Object} telamon.v1.MetricsUsageReply.$Properties
             * @property {number|null} [ingestionRate] MetricsUsageReply ingestionRate
             * @property {number|null} [seriesCount] MetricsUsageReply seriesCount
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a MetricsUsageReply.
             * @memberof telamon.v1
             * @interface IMetricsUsageReply
             * @augments telamon.v1.MetricsUsageReply.$Properties
             * @deprecated Use telamon.v1.MetricsUsageReply.$Properties instead.
             */

            /**
             * Shape of a MetricsUsageReply.
             * @typedef {telamon.v1.MetricsUsageReply.$Properties} telamon.v1.MetricsUsageReply.$Shape
             */

            /**
             * Constructs a new MetricsUsageReply.
             * @memberof telamon.v1
             * @classdesc Represents a MetricsUsageReply.
             * @constructor
             * @param {telamon.v1.MetricsUsageReply.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const MetricsUsageReply = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * MetricsUsageReply ingestionRate.
             * @member {number} ingestionRate
             * @memberof telamon.v1.MetricsUsageReply
             * @instance
             */
            MetricsUsageReply.prototype.ingestionRate = 0;

            /**
             * MetricsUsageReply seriesCount.
             * @member {number} seriesCount
             * @memberof telamon.v1.MetricsUsageReply
             * @instance
             */
            MetricsUsageReply.prototype.seriesCount = 0;

            /**
             * Creates a new MetricsUsageReply instance using the specified properties.
             * @function create
             * @memberof telamon.v1.MetricsUsageReply
             * @static
             * @param {telamon.v1.MetricsUsageReply.$Properties=} [properties] Properties to set
             * @returns {telamon.v1.MetricsUsageReply} MetricsUsageReply instance
             * @type {{
             *   (properties: telamon.v1.MetricsUsageReply.$Shape): telamon.v1.MetricsUsageReply & telamon.v1.MetricsUsageReply.$Shape;
             *   (properties?: telamon.v1.MetricsUsageReply.$Properties): telamon.v1.MetricsUsageReply;
             * }}
             */
            MetricsUsageReply.create = function(properties) {
                return new MetricsUsageReply(properties);
            };

            /**
             * Encodes the specified MetricsUsageReply message. Does not implicitly {@link telamon.v1.MetricsUsageReply.verify|verify} messages.
             * @function encode
             * @memberof telamon.v1.MetricsUsageReply
             * @static
             * @param {telamon.v1.MetricsUsageReply.$Properties} message MetricsUsageReply message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            MetricsUsageReply.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.ingestionRate != null && $Object.hasOwnProperty.call(message, "ingestionRate") && !$Object.is(message.ingestionRate, 0))
                    writer.uint32(/* id 1, wireType 1 =*/9).double(message.ingestionRate);
                if (message.seriesCount != null && $Object.hasOwnProperty.call(message, "seriesCount") && !$Object.is(message.seriesCount, 0))
                    writer.uint32(/* id 2, wireType 1 =*/17).double(message.seriesCount);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a MetricsUsageReply message from the specified reader or buffer.
             * @function decode
             * @memberof telamon.v1.MetricsUsageReply
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {telamon.v1.MetricsUsageReply & telamon.v1.MetricsUsageReply.$Shape} MetricsUsageReply
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            MetricsUsageReply.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.telamon.v1.MetricsUsageReply();
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
                            if (wireType !== 1)
                                break;
                            if (!$Object.is(value = reader.double(), 0))
                                message.ingestionRate = value;
                            else
                                delete message.ingestionRate;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 1)
                                break;
                            if (!$Object.is(value = reader.double(), 0))
                                message.seriesCount = value;
                            else
                                delete message.seriesCount;
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

            return MetricsUsageReply;
        })();

        v1.MetricsUsageByTenantReply = (function() {

            /**
             * Properties of a MetricsUsageByTenantReply.
             * @typedef {Object} telamon.v1.MetricsUsageByTenantReply.$Properties
             * @property {Array.<telamon.v1.MetricsTenantUsage.$Properties>|null} [tenants] MetricsUsageByTenantReply tenants
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a MetricsUsageByTenantReply.
             * @memberof telamon.v1
             * @interface IMetricsUsageByTenantReply
             * @augments telamon.v1.MetricsUsageByTenantReply.$Properties
             * @deprecated Use telamon.v1.MetricsUsageByTenantReply.$Properties instead.
             */

            /**
             * Shape of a MetricsUsageByTenantReply.
             * @typedef {telamon.v1.MetricsUsageByTenantReply.$Properties} telamon.v1.MetricsUsageByTenantReply.$Shape
             */

            /**
             * Constructs a new MetricsUsageByTenantReply.
             * @memberof telamon.v1
             * @classdesc Represents a MetricsUsageByTenantReply.
             * @constructor
             * @param {telamon.v1.MetricsUsageByTenantReply.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const MetricsUsageByTenantReply = function (properties) {
                this.tenants = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * MetricsUsageByTenantReply tenants.
             * @member {Array.<telamon.v1.MetricsTenantUsage.$Properties>} tenants
             * @memberof telamon.v1.MetricsUsageByTenantReply
             * @instance
             */
            MetricsUsageByTenantReply.prototype.tenants = $util.emptyArray;

            /**
             * Creates a new MetricsUsageByTenantReply instance using the specified properties.
             * @function create
             * @memberof telamon.v1.MetricsUsageByTenantReply
             * @static
             * @param {telamon.v1.MetricsUsageByTenantReply.$Properties=} [properties] Properties to set
             * @returns {telamon.v1.MetricsUsageByTenantReply} MetricsUsageByTenantReply instance
             * @type {{
             *   (properties: telamon.v1.MetricsUsageByTenantReply.$Shape): telamon.v1.MetricsUsageByTenantReply & telamon.v1.MetricsUsageByTenantReply.$Shape;
             *   (properties?: telamon.v1.MetricsUsageByTenantReply.$Properties): telamon.v1.MetricsUsageByTenantReply;
             * }}
             */
            MetricsUsageByTenantReply.create = function(properties) {
                return new MetricsUsageByTenantReply(properties);
            };

            /**
             * Encodes the specified MetricsUsageByTenantReply message. Does not implicitly {@link telamon.v1.MetricsUsageByTenantReply.verify|verify} messages.
             * @function encode
             * @memberof telamon.v1.MetricsUsageByTenantReply
             * @static
             * @param {telamon.v1.MetricsUsageByTenantReply.$Properties} message MetricsUsageByTenantReply message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            MetricsUsageByTenantReply.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.tenants != null && message.tenants.length)
                    for (let i = 0; i < message.tenants.length; ++i)
                        $root.telamon.v1.MetricsTenantUsage.encode(message.tenants[i], writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a MetricsUsageByTenantReply message from the specified reader or buffer.
             * @function decode
             * @memberof telamon.v1.MetricsUsageByTenantReply
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {telamon.v1.MetricsUsageByTenantReply & telamon.v1.MetricsUsageByTenantReply.$Shape} MetricsUsageByTenantReply
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            MetricsUsageByTenantReply.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.telamon.v1.MetricsUsageByTenantReply();
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
                            if (!(message.tenants && message.tenants.length))
                                message.tenants = [];
                            message.tenants.push($root.telamon.v1.MetricsTenantUsage.decode(reader, reader.size(), $undefined, _depth + 1));
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

            return MetricsUsageByTenantReply;
        })();

        v1.MetricsTenantUsage = (function() {

            /**
             * Properties of a MetricsTenantUsage.
             * @typedef {Object} telamon.v1.MetricsTenantUsage.$Properties
             * @property {string|null} [tenant] MetricsTenantUsage tenant
             * @property {telamon.v1.MetricsUsageReply.$Properties|null} [usage] MetricsTenantUsage usage
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a MetricsTenantUsage.
             * @memberof telamon.v1
             * @interface IMetricsTenantUsage
             * @augments telamon.v1.MetricsTenantUsage.$Properties
             * @deprecated Use telamon.v1.MetricsTenantUsage.$Properties instead.
             */

            /**
             * Shape of a MetricsTenantUsage.
             * @typedef {telamon.v1.MetricsTenantUsage.$Properties} telamon.v1.MetricsTenantUsage.$Shape
             */

            /**
             * Constructs a new MetricsTenantUsage.
             * @memberof telamon.v1
             * @classdesc Represents a MetricsTenantUsage.
             * @constructor
             * @param {telamon.v1.MetricsTenantUsage.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const MetricsTenantUsage = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * MetricsTenantUsage tenant.
             * @member {string} tenant
             * @memberof telamon.v1.MetricsTenantUsage
             * @instance
             */
            MetricsTenantUsage.prototype.tenant = "";

            /**
             * MetricsTenantUsage usage.
             * @member {telamon.v1.MetricsUsageReply.$Properties|null|undefined} usage
             * @memberof telamon.v1.MetricsTenantUsage
             * @instance
             */
            MetricsTenantUsage.prototype.usage = null;

            /**
             * Creates a new MetricsTenantUsage instance using the specified properties.
             * @function create
             * @memberof telamon.v1.MetricsTenantUsage
             * @static
             * @param {telamon.v1.MetricsTenantUsage.$Properties=} [properties] Properties to set
             * @returns {telamon.v1.MetricsTenantUsage} MetricsTenantUsage instance
             * @type {{
             *   (properties: telamon.v1.MetricsTenantUsage.$Shape): telamon.v1.MetricsTenantUsage & telamon.v1.MetricsTenantUsage.$Shape;
             *   (properties?: telamon.v1.MetricsTenantUsage.$Properties): telamon.v1.MetricsTenantUsage;
             * }}
             */
            MetricsTenantUsage.create = function(properties) {
                return new MetricsTenantUsage(properties);
            };

            /**
             * Encodes the specified MetricsTenantUsage message. Does not implicitly {@link telamon.v1.MetricsTenantUsage.verify|verify} messages.
             * @function encode
             * @memberof telamon.v1.MetricsTenantUsage
             * @static
             * @param {telamon.v1.MetricsTenantUsage.$Properties} message MetricsTenantUsage message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            MetricsTenantUsage.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.tenant != null && $Object.hasOwnProperty.call(message, "tenant") && message.tenant !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.tenant);
                if (message.usage != null && $Object.hasOwnProperty.call(message, "usage"))
                    $root.telamon.v1.MetricsUsageReply.encode(message.usage, writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a MetricsTenantUsage message from the specified reader or buffer.
             * @function decode
             * @memberof telamon.v1.MetricsTenantUsage
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {telamon.v1.MetricsTenantUsage & telamon.v1.MetricsTenantUsage.$Shape} MetricsTenantUsage
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            MetricsTenantUsage.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.telamon.v1.MetricsTenantUsage();
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
                                message.tenant = value;
                            else
                                delete message.tenant;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            message.usage = $root.telamon.v1.MetricsUsageReply.decode(reader, reader.size(), $undefined, _depth + 1, message.usage);
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

            return MetricsTenantUsage;
        })();

        v1.MetricsBlocksSelectRequest = (function() {

            /**
             * Properties of a MetricsBlocksSelectRequest.
             * @typedef {Object} telamon.v1.MetricsBlocksSelectRequest.$Properties
             * @property {telamon.v1.MetricsSelectRequest.$Properties|null} [select] MetricsBlocksSelectRequest select
             * @property {Array.<string>|null} [blocks] MetricsBlocksSelectRequest blocks
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a MetricsBlocksSelectRequest.
             * @memberof telamon.v1
             * @interface IMetricsBlocksSelectRequest
             * @augments telamon.v1.MetricsBlocksSelectRequest.$Properties
             * @deprecated Use telamon.v1.MetricsBlocksSelectRequest.$Properties instead.
             */

            /**
             * Shape of a MetricsBlocksSelectRequest.
             * @typedef {telamon.v1.MetricsBlocksSelectRequest.$Properties} telamon.v1.MetricsBlocksSelectRequest.$Shape
             */

            /**
             * Constructs a new MetricsBlocksSelectRequest.
             * @memberof telamon.v1
             * @classdesc Represents a MetricsBlocksSelectRequest.
             * @constructor
             * @param {telamon.v1.MetricsBlocksSelectRequest.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const MetricsBlocksSelectRequest = function (properties) {
                this.blocks = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * MetricsBlocksSelectRequest select.
             * @member {telamon.v1.MetricsSelectRequest.$Properties|null|undefined} select
             * @memberof telamon.v1.MetricsBlocksSelectRequest
             * @instance
             */
            MetricsBlocksSelectRequest.prototype.select = null;

            /**
             * MetricsBlocksSelectRequest blocks.
             * @member {Array.<string>} blocks
             * @memberof telamon.v1.MetricsBlocksSelectRequest
             * @instance
             */
            MetricsBlocksSelectRequest.prototype.blocks = $util.emptyArray;

            /**
             * Creates a new MetricsBlocksSelectRequest instance using the specified properties.
             * @function create
             * @memberof telamon.v1.MetricsBlocksSelectRequest
             * @static
             * @param {telamon.v1.MetricsBlocksSelectRequest.$Properties=} [properties] Properties to set
             * @returns {telamon.v1.MetricsBlocksSelectRequest} MetricsBlocksSelectRequest instance
             * @type {{
             *   (properties: telamon.v1.MetricsBlocksSelectRequest.$Shape): telamon.v1.MetricsBlocksSelectRequest & telamon.v1.MetricsBlocksSelectRequest.$Shape;
             *   (properties?: telamon.v1.MetricsBlocksSelectRequest.$Properties): telamon.v1.MetricsBlocksSelectRequest;
             * }}
             */
            MetricsBlocksSelectRequest.create = function(properties) {
                return new MetricsBlocksSelectRequest(properties);
            };

            /**
             * Encodes the specified MetricsBlocksSelectRequest message. Does not implicitly {@link telamon.v1.MetricsBlocksSelectRequest.verify|verify} messages.
             * @function encode
             * @memberof telamon.v1.MetricsBlocksSelectRequest
             * @static
             * @param {telamon.v1.MetricsBlocksSelectRequest.$Properties} message MetricsBlocksSelectRequest message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            MetricsBlocksSelectRequest.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.select != null && $Object.hasOwnProperty.call(message, "select"))
                    $root.telamon.v1.MetricsSelectRequest.encode(message.select, writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                if (message.blocks != null && message.blocks.length)
                    for (let i = 0; i < message.blocks.length; ++i)
                        writer.uint32(/* id 2, wireType 2 =*/18).string(message.blocks[i]);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a MetricsBlocksSelectRequest message from the specified reader or buffer.
             * @function decode
             * @memberof telamon.v1.MetricsBlocksSelectRequest
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {telamon.v1.MetricsBlocksSelectRequest & telamon.v1.MetricsBlocksSelectRequest.$Shape} MetricsBlocksSelectRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            MetricsBlocksSelectRequest.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.telamon.v1.MetricsBlocksSelectRequest();
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
                            message.select = $root.telamon.v1.MetricsSelectRequest.decode(reader, reader.size(), $undefined, _depth + 1, message.select);
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if (!(message.blocks && message.blocks.length))
                                message.blocks = [];
                            message.blocks.push(reader.stringVerify());
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

            return MetricsBlocksSelectRequest;
        })();

        v1.MetricsBlocksLabelsRequest = (function() {

            /**
             * Properties of a MetricsBlocksLabelsRequest.
             * @typedef {Object} telamon.v1.MetricsBlocksLabelsRequest.$Properties
             * @property {telamon.v1.MetricsLabelsRequest.$Properties|null} [labels] MetricsBlocksLabelsRequest labels
             * @property {Array.<string>|null} [blocks] MetricsBlocksLabelsRequest blocks
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a MetricsBlocksLabelsRequest.
             * @memberof telamon.v1
             * @interface IMetricsBlocksLabelsRequest
             * @augments telamon.v1.MetricsBlocksLabelsRequest.$Properties
             * @deprecated Use telamon.v1.MetricsBlocksLabelsRequest.$Properties instead.
             */

            /**
             * Shape of a MetricsBlocksLabelsRequest.
             * @typedef {telamon.v1.MetricsBlocksLabelsRequest.$Properties} telamon.v1.MetricsBlocksLabelsRequest.$Shape
             */

            /**
             * Constructs a new MetricsBlocksLabelsRequest.
             * @memberof telamon.v1
             * @classdesc Represents a MetricsBlocksLabelsRequest.
             * @constructor
             * @param {telamon.v1.MetricsBlocksLabelsRequest.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const MetricsBlocksLabelsRequest = function (properties) {
                this.blocks = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * MetricsBlocksLabelsRequest labels.
             * @member {telamon.v1.MetricsLabelsRequest.$Properties|null|undefined} labels
             * @memberof telamon.v1.MetricsBlocksLabelsRequest
             * @instance
             */
            MetricsBlocksLabelsRequest.prototype.labels = null;

            /**
             * MetricsBlocksLabelsRequest blocks.
             * @member {Array.<string>} blocks
             * @memberof telamon.v1.MetricsBlocksLabelsRequest
             * @instance
             */
            MetricsBlocksLabelsRequest.prototype.blocks = $util.emptyArray;

            /**
             * Creates a new MetricsBlocksLabelsRequest instance using the specified properties.
             * @function create
             * @memberof telamon.v1.MetricsBlocksLabelsRequest
             * @static
             * @param {telamon.v1.MetricsBlocksLabelsRequest.$Properties=} [properties] Properties to set
             * @returns {telamon.v1.MetricsBlocksLabelsRequest} MetricsBlocksLabelsRequest instance
             * @type {{
             *   (properties: telamon.v1.MetricsBlocksLabelsRequest.$Shape): telamon.v1.MetricsBlocksLabelsRequest & telamon.v1.MetricsBlocksLabelsRequest.$Shape;
             *   (properties?: telamon.v1.MetricsBlocksLabelsRequest.$Properties): telamon.v1.MetricsBlocksLabelsRequest;
             * }}
             */
            MetricsBlocksLabelsRequest.create = function(properties) {
                return new MetricsBlocksLabelsRequest(properties);
            };

            /**
             * Encodes the specified MetricsBlocksLabelsRequest message. Does not implicitly {@link telamon.v1.MetricsBlocksLabelsRequest.verify|verify} messages.
             * @function encode
             * @memberof telamon.v1.MetricsBlocksLabelsRequest
             * @static
             * @param {telamon.v1.MetricsBlocksLabelsRequest.$Properties} message MetricsBlocksLabelsRequest message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            MetricsBlocksLabelsRequest.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.labels != null && $Object.hasOwnProperty.call(message, "labels"))
                    $root.telamon.v1.MetricsLabelsRequest.encode(message.labels, writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                if (message.blocks != null && message.blocks.length)
                    for (let i = 0; i < message.blocks.length; ++i)
                        writer.uint32(/* id 2, wireType 2 =*/18).string(message.blocks[i]);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a MetricsBlocksLabelsRequest message from the specified reader or buffer.
             * @function decode
             * @memberof telamon.v1.MetricsBlocksLabelsRequest
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {telamon.v1.MetricsBlocksLabelsRequest & telamon.v1.MetricsBlocksLabelsRequest.$Shape} MetricsBlocksLabelsRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            MetricsBlocksLabelsRequest.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.telamon.v1.MetricsBlocksLabelsRequest();
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
                            message.labels = $root.telamon.v1.MetricsLabelsRequest.decode(reader, reader.size(), $undefined, _depth + 1, message.labels);
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if (!(message.blocks && message.blocks.length))
                                message.blocks = [];
                            message.blocks.push(reader.stringVerify());
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

            return MetricsBlocksLabelsRequest;
        })();

        v1.MetricsBlocksPart = (function() {

            /**
             * Properties of a MetricsBlocksPart.
             * @typedef {Object} telamon.v1.MetricsBlocksPart.$Properties
             * @property {Uint8Array|null} [frame] MetricsBlocksPart frame
             * @property {Array.<string>|null} [texts] MetricsBlocksPart texts
             * @property {Array.<string>|null} [blocksRead] MetricsBlocksPart blocksRead
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a MetricsBlocksPart.
             * @memberof telamon.v1
             * @interface IMetricsBlocksPart
             * @augments telamon.v1.MetricsBlocksPart.$Properties
             * @deprecated Use telamon.v1.MetricsBlocksPart.$Properties instead.
             */

            /**
             * Shape of a MetricsBlocksPart.
             * @typedef {telamon.v1.MetricsBlocksPart.$Properties} telamon.v1.MetricsBlocksPart.$Shape
             */

            /**
             * Constructs a new MetricsBlocksPart.
             * @memberof telamon.v1
             * @classdesc Represents a MetricsBlocksPart.
             * @constructor
             * @param {telamon.v1.MetricsBlocksPart.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const MetricsBlocksPart = function (properties) {
                this.texts = [];
                this.blocksRead = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * MetricsBlocksPart frame.
             * @member {Uint8Array} frame
             * @memberof telamon.v1.MetricsBlocksPart
             * @instance
             */
            MetricsBlocksPart.prototype.frame = $util.newBuffer([]);

            /**
             * MetricsBlocksPart texts.
             * @member {Array.<string>} texts
             * @memberof telamon.v1.MetricsBlocksPart
             * @instance
             */
            MetricsBlocksPart.prototype.texts = $util.emptyArray;

            /**
             * MetricsBlocksPart blocksRead.
             * @member {Array.<string>} blocksRead
             * @memberof telamon.v1.MetricsBlocksPart
             * @instance
             */
            MetricsBlocksPart.prototype.blocksRead = $util.emptyArray;

            /**
             * Creates a new MetricsBlocksPart instance using the specified properties.
             * @function create
             * @memberof telamon.v1.MetricsBlocksPart
             * @static
             * @param {telamon.v1.MetricsBlocksPart.$Properties=} [properties] Properties to set
             * @returns {telamon.v1.MetricsBlocksPart} MetricsBlocksPart instance
             * @type {{
             *   (properties: telamon.v1.MetricsBlocksPart.$Shape): telamon.v1.MetricsBlocksPart & telamon.v1.MetricsBlocksPart.$Shape;
             *   (properties?: telamon.v1.MetricsBlocksPart.$Properties): telamon.v1.MetricsBlocksPart;
             * }}
             */
            MetricsBlocksPart.create = function(properties) {
                return new MetricsBlocksPart(properties);
            };

            /**
             * Encodes the specified MetricsBlocksPart message. Does not implicitly {@link telamon.v1.MetricsBlocksPart.verify|verify} messages.
             * @function encode
             * @memberof telamon.v1.MetricsBlocksPart
             * @static
             * @param {telamon.v1.MetricsBlocksPart.$Properties} message MetricsBlocksPart message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            MetricsBlocksPart.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.frame != null && $Object.hasOwnProperty.call(message, "frame") && message.frame.length)
                    writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.frame);
                if (message.texts != null && message.texts.length)
                    for (let i = 0; i < message.texts.length; ++i)
                        writer.uint32(/* id 2, wireType 2 =*/18).string(message.texts[i]);
                if (message.blocksRead != null && message.blocksRead.length)
                    for (let i = 0; i < message.blocksRead.length; ++i)
                        writer.uint32(/* id 3, wireType 2 =*/26).string(message.blocksRead[i]);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a MetricsBlocksPart message from the specified reader or buffer.
             * @function decode
             * @memberof telamon.v1.MetricsBlocksPart
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {telamon.v1.MetricsBlocksPart & telamon.v1.MetricsBlocksPart.$Shape} MetricsBlocksPart
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            MetricsBlocksPart.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.telamon.v1.MetricsBlocksPart();
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
                            if ((value = reader.bytes()).length)
                                message.frame = value;
                            else
                                delete message.frame;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if (!(message.texts && message.texts.length))
                                message.texts = [];
                            message.texts.push(reader.stringVerify());
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if (!(message.blocksRead && message.blocksRead.length))
                                message.blocksRead = [];
                            message.blocksRead.push(reader.stringVerify());
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

            return MetricsBlocksPart;
        })();

        return v1;
    })();

    return telamon;
})();

export const v1 = telamon.v1;
