import * as $protobuf from "protobufjs/minimal.js";

/** Namespace telamon. */
export namespace telamon {

    /** Namespace v1. */
    namespace v1 {

        /**
         * Properties of a Matcher.
         * @deprecated Use telamon.v1.Matcher.$Properties instead.
         */
        interface IMatcher extends telamon.v1.Matcher.$Properties {
        }

        /** Represents a Matcher. */
        class Matcher {

            /**
             * Constructs a new Matcher.
             * @param [properties] Properties to set
             */
            constructor(properties?: telamon.v1.Matcher.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Matcher type. */
            type: telamon.v1.Matcher.Type;

            /** Matcher name. */
            name: string;

            /** Matcher value. */
            value: string;

            /** Matcher isEscaped. */
            isEscaped: boolean;

            /**
             * Creates a new Matcher instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Matcher instance
             */
            static create(properties: telamon.v1.Matcher.$Shape): telamon.v1.Matcher & telamon.v1.Matcher.$Shape;
            static create(properties?: telamon.v1.Matcher.$Properties): telamon.v1.Matcher;

            /**
             * Encodes the specified Matcher message. Does not implicitly {@link telamon.v1.Matcher.verify|verify} messages.
             * @param message Matcher message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: telamon.v1.Matcher.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Matcher message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {telamon.v1.Matcher & telamon.v1.Matcher.$Shape} Matcher
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): telamon.v1.Matcher & telamon.v1.Matcher.$Shape;
        }

        namespace Matcher {

            /** Properties of a Matcher. */
            interface $Properties {

                /** Matcher type */
                type?: (telamon.v1.Matcher.Type|null);

                /** Matcher name */
                name?: (string|null);

                /** Matcher value */
                value?: (string|null);

                /** Matcher isEscaped */
                isEscaped?: (boolean|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Matcher. */
            type $Shape = telamon.v1.Matcher.$Properties;

            /** Type enum. */
            enum Type {

                /** EQUAL value */
                EQUAL = 0,

                /** NOT_EQUAL value */
                NOT_EQUAL = 1,

                /** REGEX_MATCH value */
                REGEX_MATCH = 2,

                /** REGEX_NO_MATCH value */
                REGEX_NO_MATCH = 3
            }
        }

        /**
         * Properties of an ErrorDetail.
         * @deprecated Use telamon.v1.ErrorDetail.$Properties instead.
         */
        interface IErrorDetail extends telamon.v1.ErrorDetail.$Properties {
        }

        /** Represents an ErrorDetail. */
        class ErrorDetail {

            /**
             * Constructs a new ErrorDetail.
             * @param [properties] Properties to set
             */
            constructor(properties?: telamon.v1.ErrorDetail.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** ErrorDetail id. */
            id: string;

            /** ErrorDetail status. */
            status: number;

            /** ErrorDetail isRetryable. */
            isRetryable: boolean;

            /** ErrorDetail message. */
            message: string;

            /**
             * Creates a new ErrorDetail instance using the specified properties.
             * @param [properties] Properties to set
             * @returns ErrorDetail instance
             */
            static create(properties: telamon.v1.ErrorDetail.$Shape): telamon.v1.ErrorDetail & telamon.v1.ErrorDetail.$Shape;
            static create(properties?: telamon.v1.ErrorDetail.$Properties): telamon.v1.ErrorDetail;

            /**
             * Encodes the specified ErrorDetail message. Does not implicitly {@link telamon.v1.ErrorDetail.verify|verify} messages.
             * @param message ErrorDetail message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: telamon.v1.ErrorDetail.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an ErrorDetail message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {telamon.v1.ErrorDetail & telamon.v1.ErrorDetail.$Shape} ErrorDetail
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): telamon.v1.ErrorDetail & telamon.v1.ErrorDetail.$Shape;
        }

        namespace ErrorDetail {

            /** Properties of an ErrorDetail. */
            interface $Properties {

                /** ErrorDetail id */
                id?: (string|null);

                /** ErrorDetail status */
                status?: (number|null);

                /** ErrorDetail isRetryable */
                isRetryable?: (boolean|null);

                /** ErrorDetail message */
                message?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an ErrorDetail. */
            type $Shape = telamon.v1.ErrorDetail.$Properties;
        }

        /**
         * Properties of a HttpHeader.
         * @deprecated Use telamon.v1.HttpHeader.$Properties instead.
         */
        interface IHttpHeader extends telamon.v1.HttpHeader.$Properties {
        }

        /** Represents a HttpHeader. */
        class HttpHeader {

            /**
             * Constructs a new HttpHeader.
             * @param [properties] Properties to set
             */
            constructor(properties?: telamon.v1.HttpHeader.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** HttpHeader name. */
            name: string;

            /** HttpHeader value. */
            value: string;

            /**
             * Creates a new HttpHeader instance using the specified properties.
             * @param [properties] Properties to set
             * @returns HttpHeader instance
             */
            static create(properties: telamon.v1.HttpHeader.$Shape): telamon.v1.HttpHeader & telamon.v1.HttpHeader.$Shape;
            static create(properties?: telamon.v1.HttpHeader.$Properties): telamon.v1.HttpHeader;

            /**
             * Encodes the specified HttpHeader message. Does not implicitly {@link telamon.v1.HttpHeader.verify|verify} messages.
             * @param message HttpHeader message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: telamon.v1.HttpHeader.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a HttpHeader message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {telamon.v1.HttpHeader & telamon.v1.HttpHeader.$Shape} HttpHeader
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): telamon.v1.HttpHeader & telamon.v1.HttpHeader.$Shape;
        }

        namespace HttpHeader {

            /** Properties of a HttpHeader. */
            interface $Properties {

                /** HttpHeader name */
                name?: (string|null);

                /** HttpHeader value */
                value?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a HttpHeader. */
            type $Shape = telamon.v1.HttpHeader.$Properties;
        }

        /**
         * Properties of a HttpRequest.
         * @deprecated Use telamon.v1.HttpRequest.$Properties instead.
         */
        interface IHttpRequest extends telamon.v1.HttpRequest.$Properties {
        }

        /** Represents a HttpRequest. */
        class HttpRequest {

            /**
             * Constructs a new HttpRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: telamon.v1.HttpRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** HttpRequest id. */
            id: number;

            /** HttpRequest tenant. */
            tenant: string;

            /** HttpRequest method. */
            method: string;

            /** HttpRequest path. */
            path: string;

            /** HttpRequest query. */
            query: string;

            /** HttpRequest headers. */
            headers: telamon.v1.HttpHeader.$Properties[];

            /** HttpRequest body. */
            body: Uint8Array;

            /** HttpRequest timeoutMs. */
            timeoutMs: number;

            /**
             * Creates a new HttpRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns HttpRequest instance
             */
            static create(properties: telamon.v1.HttpRequest.$Shape): telamon.v1.HttpRequest & telamon.v1.HttpRequest.$Shape;
            static create(properties?: telamon.v1.HttpRequest.$Properties): telamon.v1.HttpRequest;

            /**
             * Encodes the specified HttpRequest message. Does not implicitly {@link telamon.v1.HttpRequest.verify|verify} messages.
             * @param message HttpRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: telamon.v1.HttpRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a HttpRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {telamon.v1.HttpRequest & telamon.v1.HttpRequest.$Shape} HttpRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): telamon.v1.HttpRequest & telamon.v1.HttpRequest.$Shape;
        }

        namespace HttpRequest {

            /** Properties of a HttpRequest. */
            interface $Properties {

                /** HttpRequest id */
                id?: (number|null);

                /** HttpRequest tenant */
                tenant?: (string|null);

                /** HttpRequest method */
                method?: (string|null);

                /** HttpRequest path */
                path?: (string|null);

                /** HttpRequest query */
                query?: (string|null);

                /** HttpRequest headers */
                headers?: (telamon.v1.HttpHeader.$Properties[]|null);

                /** HttpRequest body */
                body?: (Uint8Array|null);

                /** HttpRequest timeoutMs */
                timeoutMs?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a HttpRequest. */
            type $Shape = telamon.v1.HttpRequest.$Properties;
        }

        /**
         * Properties of a HttpResponsePart.
         * @deprecated Use telamon.v1.HttpResponsePart.$Properties instead.
         */
        interface IHttpResponsePart extends telamon.v1.HttpResponsePart.$Properties {
        }

        /** Represents a HttpResponsePart. */
        class HttpResponsePart {

            /**
             * Constructs a new HttpResponsePart.
             * @param [properties] Properties to set
             */
            constructor(properties?: telamon.v1.HttpResponsePart.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** HttpResponsePart id. */
            id: number;

            /** HttpResponsePart status. */
            status: number;

            /** HttpResponsePart headers. */
            headers: telamon.v1.HttpHeader.$Properties[];

            /** HttpResponsePart body. */
            body: Uint8Array;

            /** HttpResponsePart isLast. */
            isLast: boolean;

            /**
             * Creates a new HttpResponsePart instance using the specified properties.
             * @param [properties] Properties to set
             * @returns HttpResponsePart instance
             */
            static create(properties: telamon.v1.HttpResponsePart.$Shape): telamon.v1.HttpResponsePart & telamon.v1.HttpResponsePart.$Shape;
            static create(properties?: telamon.v1.HttpResponsePart.$Properties): telamon.v1.HttpResponsePart;

            /**
             * Encodes the specified HttpResponsePart message. Does not implicitly {@link telamon.v1.HttpResponsePart.verify|verify} messages.
             * @param message HttpResponsePart message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: telamon.v1.HttpResponsePart.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a HttpResponsePart message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {telamon.v1.HttpResponsePart & telamon.v1.HttpResponsePart.$Shape} HttpResponsePart
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): telamon.v1.HttpResponsePart & telamon.v1.HttpResponsePart.$Shape;
        }

        namespace HttpResponsePart {

            /** Properties of a HttpResponsePart. */
            interface $Properties {

                /** HttpResponsePart id */
                id?: (number|null);

                /** HttpResponsePart status */
                status?: (number|null);

                /** HttpResponsePart headers */
                headers?: (telamon.v1.HttpHeader.$Properties[]|null);

                /** HttpResponsePart body */
                body?: (Uint8Array|null);

                /** HttpResponsePart isLast */
                isLast?: (boolean|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a HttpResponsePart. */
            type $Shape = telamon.v1.HttpResponsePart.$Properties;
        }

        /**
         * Properties of a QuerierHello.
         * @deprecated Use telamon.v1.QuerierHello.$Properties instead.
         */
        interface IQuerierHello extends telamon.v1.QuerierHello.$Properties {
        }

        /** Represents a QuerierHello. */
        class QuerierHello {

            /**
             * Constructs a new QuerierHello.
             * @param [properties] Properties to set
             */
            constructor(properties?: telamon.v1.QuerierHello.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** QuerierHello querierId. */
            querierId: string;

            /** QuerierHello features. */
            features: string[];

            /**
             * Creates a new QuerierHello instance using the specified properties.
             * @param [properties] Properties to set
             * @returns QuerierHello instance
             */
            static create(properties: telamon.v1.QuerierHello.$Shape): telamon.v1.QuerierHello & telamon.v1.QuerierHello.$Shape;
            static create(properties?: telamon.v1.QuerierHello.$Properties): telamon.v1.QuerierHello;

            /**
             * Encodes the specified QuerierHello message. Does not implicitly {@link telamon.v1.QuerierHello.verify|verify} messages.
             * @param message QuerierHello message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: telamon.v1.QuerierHello.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a QuerierHello message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {telamon.v1.QuerierHello & telamon.v1.QuerierHello.$Shape} QuerierHello
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): telamon.v1.QuerierHello & telamon.v1.QuerierHello.$Shape;
        }

        namespace QuerierHello {

            /** Properties of a QuerierHello. */
            interface $Properties {

                /** QuerierHello querierId */
                querierId?: (string|null);

                /** QuerierHello features */
                features?: (string[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a QuerierHello. */
            type $Shape = telamon.v1.QuerierHello.$Properties;
        }

        /**
         * Properties of a QuerierLeaving.
         * @deprecated Use telamon.v1.QuerierLeaving.$Properties instead.
         */
        interface IQuerierLeaving extends telamon.v1.QuerierLeaving.$Properties {
        }

        /** Represents a QuerierLeaving. */
        class QuerierLeaving {

            /**
             * Constructs a new QuerierLeaving.
             * @param [properties] Properties to set
             */
            constructor(properties?: telamon.v1.QuerierLeaving.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /**
             * Creates a new QuerierLeaving instance using the specified properties.
             * @param [properties] Properties to set
             * @returns QuerierLeaving instance
             */
            static create(properties: telamon.v1.QuerierLeaving.$Shape): telamon.v1.QuerierLeaving & telamon.v1.QuerierLeaving.$Shape;
            static create(properties?: telamon.v1.QuerierLeaving.$Properties): telamon.v1.QuerierLeaving;

            /**
             * Encodes the specified QuerierLeaving message. Does not implicitly {@link telamon.v1.QuerierLeaving.verify|verify} messages.
             * @param message QuerierLeaving message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: telamon.v1.QuerierLeaving.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a QuerierLeaving message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {telamon.v1.QuerierLeaving & telamon.v1.QuerierLeaving.$Shape} QuerierLeaving
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): telamon.v1.QuerierLeaving & telamon.v1.QuerierLeaving.$Shape;
        }

        namespace QuerierLeaving {

            /** Properties of a QuerierLeaving. */
            interface $Properties {

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a QuerierLeaving. */
            type $Shape = telamon.v1.QuerierLeaving.$Properties;
        }

        /**
         * Properties of a QuerierMessage.
         * @deprecated Use telamon.v1.QuerierMessage.$Properties instead.
         */
        interface IQuerierMessage extends telamon.v1.QuerierMessage.$Properties {
        }

        /** Represents a QuerierMessage. */
        class QuerierMessage {

            /**
             * Constructs a new QuerierMessage.
             * @param [properties] Properties to set
             */
            constructor(properties?: telamon.v1.QuerierMessage.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** QuerierMessage hello. */
            hello?: (telamon.v1.QuerierHello.$Properties|null);

            /** QuerierMessage part. */
            part?: (telamon.v1.HttpResponsePart.$Properties|null);

            /** QuerierMessage leaving. */
            leaving?: (telamon.v1.QuerierLeaving.$Properties|null);

            /**
             * Creates a new QuerierMessage instance using the specified properties.
             * @param [properties] Properties to set
             * @returns QuerierMessage instance
             */
            static create(properties: telamon.v1.QuerierMessage.$Shape): telamon.v1.QuerierMessage & telamon.v1.QuerierMessage.$Shape;
            static create(properties?: telamon.v1.QuerierMessage.$Properties): telamon.v1.QuerierMessage;

            /**
             * Encodes the specified QuerierMessage message. Does not implicitly {@link telamon.v1.QuerierMessage.verify|verify} messages.
             * @param message QuerierMessage message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: telamon.v1.QuerierMessage.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a QuerierMessage message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {telamon.v1.QuerierMessage & telamon.v1.QuerierMessage.$Shape} QuerierMessage
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): telamon.v1.QuerierMessage & telamon.v1.QuerierMessage.$Shape;
        }

        namespace QuerierMessage {

            /** Properties of a QuerierMessage. */
            interface $Properties {

                /** QuerierMessage hello */
                hello?: (telamon.v1.QuerierHello.$Properties|null);

                /** QuerierMessage part */
                part?: (telamon.v1.HttpResponsePart.$Properties|null);

                /** QuerierMessage leaving */
                leaving?: (telamon.v1.QuerierLeaving.$Properties|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a QuerierMessage. */
            type $Shape = telamon.v1.QuerierMessage.$Properties;
        }

        /**
         * Properties of a HttpCancel.
         * @deprecated Use telamon.v1.HttpCancel.$Properties instead.
         */
        interface IHttpCancel extends telamon.v1.HttpCancel.$Properties {
        }

        /** Represents a HttpCancel. */
        class HttpCancel {

            /**
             * Constructs a new HttpCancel.
             * @param [properties] Properties to set
             */
            constructor(properties?: telamon.v1.HttpCancel.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** HttpCancel id. */
            id: number;

            /**
             * Creates a new HttpCancel instance using the specified properties.
             * @param [properties] Properties to set
             * @returns HttpCancel instance
             */
            static create(properties: telamon.v1.HttpCancel.$Shape): telamon.v1.HttpCancel & telamon.v1.HttpCancel.$Shape;
            static create(properties?: telamon.v1.HttpCancel.$Properties): telamon.v1.HttpCancel;

            /**
             * Encodes the specified HttpCancel message. Does not implicitly {@link telamon.v1.HttpCancel.verify|verify} messages.
             * @param message HttpCancel message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: telamon.v1.HttpCancel.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a HttpCancel message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {telamon.v1.HttpCancel & telamon.v1.HttpCancel.$Shape} HttpCancel
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): telamon.v1.HttpCancel & telamon.v1.HttpCancel.$Shape;
        }

        namespace HttpCancel {

            /** Properties of a HttpCancel. */
            interface $Properties {

                /** HttpCancel id */
                id?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a HttpCancel. */
            type $Shape = telamon.v1.HttpCancel.$Properties;
        }

        /**
         * Properties of a FrontendMessage.
         * @deprecated Use telamon.v1.FrontendMessage.$Properties instead.
         */
        interface IFrontendMessage extends telamon.v1.FrontendMessage.$Properties {
        }

        /** Represents a FrontendMessage. */
        class FrontendMessage {

            /**
             * Constructs a new FrontendMessage.
             * @param [properties] Properties to set
             */
            constructor(properties?: telamon.v1.FrontendMessage.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** FrontendMessage request. */
            request?: (telamon.v1.HttpRequest.$Properties|null);

            /** FrontendMessage cancel. */
            cancel?: (telamon.v1.HttpCancel.$Properties|null);

            /**
             * Creates a new FrontendMessage instance using the specified properties.
             * @param [properties] Properties to set
             * @returns FrontendMessage instance
             */
            static create(properties: telamon.v1.FrontendMessage.$Shape): telamon.v1.FrontendMessage & telamon.v1.FrontendMessage.$Shape;
            static create(properties?: telamon.v1.FrontendMessage.$Properties): telamon.v1.FrontendMessage;

            /**
             * Encodes the specified FrontendMessage message. Does not implicitly {@link telamon.v1.FrontendMessage.verify|verify} messages.
             * @param message FrontendMessage message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: telamon.v1.FrontendMessage.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a FrontendMessage message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {telamon.v1.FrontendMessage & telamon.v1.FrontendMessage.$Shape} FrontendMessage
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): telamon.v1.FrontendMessage & telamon.v1.FrontendMessage.$Shape;
        }

        namespace FrontendMessage {

            /** Properties of a FrontendMessage. */
            interface $Properties {

                /** FrontendMessage request */
                request?: (telamon.v1.HttpRequest.$Properties|null);

                /** FrontendMessage cancel */
                cancel?: (telamon.v1.HttpCancel.$Properties|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a FrontendMessage. */
            type $Shape = telamon.v1.FrontendMessage.$Properties;
        }

        /**
         * Properties of a MetricsPushRequest.
         * @deprecated Use telamon.v1.MetricsPushRequest.$Properties instead.
         */
        interface IMetricsPushRequest extends telamon.v1.MetricsPushRequest.$Properties {
        }

        /** Represents a MetricsPushRequest. */
        class MetricsPushRequest {

            /**
             * Constructs a new MetricsPushRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: telamon.v1.MetricsPushRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** MetricsPushRequest writeRequest. */
            writeRequest: Uint8Array;

            /** MetricsPushRequest takesBareExemplars. */
            takesBareExemplars: boolean;

            /** MetricsPushRequest rowFlags. */
            rowFlags: number[];

            /** MetricsPushRequest startTimesMs. */
            startTimesMs: number[];

            /** MetricsPushRequest hasStartZeros. */
            hasStartZeros: boolean;

            /** MetricsPushRequest seriesCount. */
            seriesCount: number;

            /** MetricsPushRequest hasHistograms. */
            hasHistograms: boolean;

            /**
             * Creates a new MetricsPushRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns MetricsPushRequest instance
             */
            static create(properties: telamon.v1.MetricsPushRequest.$Shape): telamon.v1.MetricsPushRequest & telamon.v1.MetricsPushRequest.$Shape;
            static create(properties?: telamon.v1.MetricsPushRequest.$Properties): telamon.v1.MetricsPushRequest;

            /**
             * Encodes the specified MetricsPushRequest message. Does not implicitly {@link telamon.v1.MetricsPushRequest.verify|verify} messages.
             * @param message MetricsPushRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: telamon.v1.MetricsPushRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a MetricsPushRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {telamon.v1.MetricsPushRequest & telamon.v1.MetricsPushRequest.$Shape} MetricsPushRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): telamon.v1.MetricsPushRequest & telamon.v1.MetricsPushRequest.$Shape;
        }

        namespace MetricsPushRequest {

            /** Properties of a MetricsPushRequest. */
            interface $Properties {

                /** MetricsPushRequest writeRequest */
                writeRequest?: (Uint8Array|null);

                /** MetricsPushRequest takesBareExemplars */
                takesBareExemplars?: (boolean|null);

                /** MetricsPushRequest rowFlags */
                rowFlags?: (number[]|null);

                /** MetricsPushRequest startTimesMs */
                startTimesMs?: (number[]|null);

                /** MetricsPushRequest hasStartZeros */
                hasStartZeros?: (boolean|null);

                /** MetricsPushRequest seriesCount */
                seriesCount?: (number|null);

                /** MetricsPushRequest hasHistograms */
                hasHistograms?: (boolean|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a MetricsPushRequest. */
            type $Shape = telamon.v1.MetricsPushRequest.$Properties;
        }

        /**
         * Properties of a MetricsPushReply.
         * @deprecated Use telamon.v1.MetricsPushReply.$Properties instead.
         */
        interface IMetricsPushReply extends telamon.v1.MetricsPushReply.$Properties {
        }

        /** Represents a MetricsPushReply. */
        class MetricsPushReply {

            /**
             * Constructs a new MetricsPushReply.
             * @param [properties] Properties to set
             */
            constructor(properties?: telamon.v1.MetricsPushReply.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** MetricsPushReply refusals. */
            refusals: telamon.v1.MetricsRefusal.$Properties[];

            /** MetricsPushReply parts. */
            parts: telamon.v1.MetricsRefusedPart.$Properties[];

            /**
             * Creates a new MetricsPushReply instance using the specified properties.
             * @param [properties] Properties to set
             * @returns MetricsPushReply instance
             */
            static create(properties: telamon.v1.MetricsPushReply.$Shape): telamon.v1.MetricsPushReply & telamon.v1.MetricsPushReply.$Shape;
            static create(properties?: telamon.v1.MetricsPushReply.$Properties): telamon.v1.MetricsPushReply;

            /**
             * Encodes the specified MetricsPushReply message. Does not implicitly {@link telamon.v1.MetricsPushReply.verify|verify} messages.
             * @param message MetricsPushReply message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: telamon.v1.MetricsPushReply.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a MetricsPushReply message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {telamon.v1.MetricsPushReply & telamon.v1.MetricsPushReply.$Shape} MetricsPushReply
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): telamon.v1.MetricsPushReply & telamon.v1.MetricsPushReply.$Shape;
        }

        namespace MetricsPushReply {

            /** Properties of a MetricsPushReply. */
            interface $Properties {

                /** MetricsPushReply refusals */
                refusals?: (telamon.v1.MetricsRefusal.$Properties[]|null);

                /** MetricsPushReply parts */
                parts?: (telamon.v1.MetricsRefusedPart.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a MetricsPushReply. */
            type $Shape = telamon.v1.MetricsPushReply.$Properties;
        }

        /**
         * Properties of a MetricsRefusal.
         * @deprecated Use telamon.v1.MetricsRefusal.$Properties instead.
         */
        interface IMetricsRefusal extends telamon.v1.MetricsRefusal.$Properties {
        }

        /** Represents a MetricsRefusal. */
        class MetricsRefusal {

            /**
             * Constructs a new MetricsRefusal.
             * @param [properties] Properties to set
             */
            constructor(properties?: telamon.v1.MetricsRefusal.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** MetricsRefusal reason. */
            reason: string;

            /** MetricsRefusal message. */
            message: string;

            /** MetricsRefusal kind. */
            kind: telamon.v1.MetricsRefusal.Kind;

            /** MetricsRefusal isSilent. */
            isSilent: boolean;

            /**
             * Creates a new MetricsRefusal instance using the specified properties.
             * @param [properties] Properties to set
             * @returns MetricsRefusal instance
             */
            static create(properties: telamon.v1.MetricsRefusal.$Shape): telamon.v1.MetricsRefusal & telamon.v1.MetricsRefusal.$Shape;
            static create(properties?: telamon.v1.MetricsRefusal.$Properties): telamon.v1.MetricsRefusal;

            /**
             * Encodes the specified MetricsRefusal message. Does not implicitly {@link telamon.v1.MetricsRefusal.verify|verify} messages.
             * @param message MetricsRefusal message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: telamon.v1.MetricsRefusal.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a MetricsRefusal message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {telamon.v1.MetricsRefusal & telamon.v1.MetricsRefusal.$Shape} MetricsRefusal
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): telamon.v1.MetricsRefusal & telamon.v1.MetricsRefusal.$Shape;
        }

        namespace MetricsRefusal {

            /** Properties of a MetricsRefusal. */
            interface $Properties {

                /** MetricsRefusal reason */
                reason?: (string|null);

                /** MetricsRefusal message */
                message?: (string|null);

                /** MetricsRefusal kind */
                kind?: (telamon.v1.MetricsRefusal.Kind|null);

                /** MetricsRefusal isSilent */
                isSilent?: (boolean|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a MetricsRefusal. */
            type $Shape = telamon.v1.MetricsRefusal.$Properties;

            /** Kind enum. */
            enum Kind {

                /** SERIES value */
                SERIES = 0,

                /** SAMPLE value */
                SAMPLE = 1,

                /** HISTOGRAM value */
                HISTOGRAM = 2,

                /** EXEMPLAR value */
                EXEMPLAR = 3,

                /** METADATA value */
                METADATA = 4
            }
        }

        /**
         * Properties of a MetricsRefusedPart.
         * @deprecated Use telamon.v1.MetricsRefusedPart.$Properties instead.
         */
        interface IMetricsRefusedPart extends telamon.v1.MetricsRefusedPart.$Properties {
        }

        /** Represents a MetricsRefusedPart. */
        class MetricsRefusedPart {

            /**
             * Constructs a new MetricsRefusedPart.
             * @param [properties] Properties to set
             */
            constructor(properties?: telamon.v1.MetricsRefusedPart.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** MetricsRefusedPart index. */
            index: number;

            /** MetricsRefusedPart what. */
            what: telamon.v1.MetricsRefusedPart.What;

            /** MetricsRefusedPart count. */
            count: number;

            /** MetricsRefusedPart refusal. */
            refusal: number;

            /** MetricsRefusedPart isDropped. */
            isDropped: boolean;

            /**
             * Creates a new MetricsRefusedPart instance using the specified properties.
             * @param [properties] Properties to set
             * @returns MetricsRefusedPart instance
             */
            static create(properties: telamon.v1.MetricsRefusedPart.$Shape): telamon.v1.MetricsRefusedPart & telamon.v1.MetricsRefusedPart.$Shape;
            static create(properties?: telamon.v1.MetricsRefusedPart.$Properties): telamon.v1.MetricsRefusedPart;

            /**
             * Encodes the specified MetricsRefusedPart message. Does not implicitly {@link telamon.v1.MetricsRefusedPart.verify|verify} messages.
             * @param message MetricsRefusedPart message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: telamon.v1.MetricsRefusedPart.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a MetricsRefusedPart message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {telamon.v1.MetricsRefusedPart & telamon.v1.MetricsRefusedPart.$Shape} MetricsRefusedPart
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): telamon.v1.MetricsRefusedPart & telamon.v1.MetricsRefusedPart.$Shape;
        }

        namespace MetricsRefusedPart {

            /** Properties of a MetricsRefusedPart. */
            interface $Properties {

                /** MetricsRefusedPart index */
                index?: (number|null);

                /** MetricsRefusedPart what */
                what?: (telamon.v1.MetricsRefusedPart.What|null);

                /** MetricsRefusedPart count */
                count?: (number|null);

                /** MetricsRefusedPart refusal */
                refusal?: (number|null);

                /** MetricsRefusedPart isDropped */
                isDropped?: (boolean|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a MetricsRefusedPart. */
            type $Shape = telamon.v1.MetricsRefusedPart.$Properties;

            /** What enum. */
            enum What {

                /** NOTHING value */
                NOTHING = 0,

                /** SAMPLES value */
                SAMPLES = 1,

                /** HISTOGRAMS value */
                HISTOGRAMS = 2,

                /** EXEMPLARS value */
                EXEMPLARS = 3,

                /** METADATA value */
                METADATA = 4
            }
        }

        /**
         * Properties of a MetricsSelectRequest.
         * @deprecated Use telamon.v1.MetricsSelectRequest.$Properties instead.
         */
        interface IMetricsSelectRequest extends telamon.v1.MetricsSelectRequest.$Properties {
        }

        /** Represents a MetricsSelectRequest. */
        class MetricsSelectRequest {

            /**
             * Constructs a new MetricsSelectRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: telamon.v1.MetricsSelectRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** MetricsSelectRequest matchers. */
            matchers: telamon.v1.Matcher.$Properties[];

            /** MetricsSelectRequest fromMs. */
            fromMs: number;

            /** MetricsSelectRequest toMs. */
            toMs: number;

            /** MetricsSelectRequest isLabelsOnly. */
            isLabelsOnly: boolean;

            /** MetricsSelectRequest limit. */
            limit: number;

            /** MetricsSelectRequest knownBlocks. */
            knownBlocks: string[];

            /**
             * Creates a new MetricsSelectRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns MetricsSelectRequest instance
             */
            static create(properties: telamon.v1.MetricsSelectRequest.$Shape): telamon.v1.MetricsSelectRequest & telamon.v1.MetricsSelectRequest.$Shape;
            static create(properties?: telamon.v1.MetricsSelectRequest.$Properties): telamon.v1.MetricsSelectRequest;

            /**
             * Encodes the specified MetricsSelectRequest message. Does not implicitly {@link telamon.v1.MetricsSelectRequest.verify|verify} messages.
             * @param message MetricsSelectRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: telamon.v1.MetricsSelectRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a MetricsSelectRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {telamon.v1.MetricsSelectRequest & telamon.v1.MetricsSelectRequest.$Shape} MetricsSelectRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): telamon.v1.MetricsSelectRequest & telamon.v1.MetricsSelectRequest.$Shape;
        }

        namespace MetricsSelectRequest {

            /** Properties of a MetricsSelectRequest. */
            interface $Properties {

                /** MetricsSelectRequest matchers */
                matchers?: (telamon.v1.Matcher.$Properties[]|null);

                /** MetricsSelectRequest fromMs */
                fromMs?: (number|null);

                /** MetricsSelectRequest toMs */
                toMs?: (number|null);

                /** MetricsSelectRequest isLabelsOnly */
                isLabelsOnly?: (boolean|null);

                /** MetricsSelectRequest limit */
                limit?: (number|null);

                /** MetricsSelectRequest knownBlocks */
                knownBlocks?: (string[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a MetricsSelectRequest. */
            type $Shape = telamon.v1.MetricsSelectRequest.$Properties;
        }

        /**
         * Properties of a MetricsFrame.
         * @deprecated Use telamon.v1.MetricsFrame.$Properties instead.
         */
        interface IMetricsFrame extends telamon.v1.MetricsFrame.$Properties {
        }

        /** Represents a MetricsFrame. */
        class MetricsFrame {

            /**
             * Constructs a new MetricsFrame.
             * @param [properties] Properties to set
             */
            constructor(properties?: telamon.v1.MetricsFrame.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** MetricsFrame frame. */
            frame: Uint8Array;

            /**
             * Creates a new MetricsFrame instance using the specified properties.
             * @param [properties] Properties to set
             * @returns MetricsFrame instance
             */
            static create(properties: telamon.v1.MetricsFrame.$Shape): telamon.v1.MetricsFrame & telamon.v1.MetricsFrame.$Shape;
            static create(properties?: telamon.v1.MetricsFrame.$Properties): telamon.v1.MetricsFrame;

            /**
             * Encodes the specified MetricsFrame message. Does not implicitly {@link telamon.v1.MetricsFrame.verify|verify} messages.
             * @param message MetricsFrame message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: telamon.v1.MetricsFrame.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a MetricsFrame message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {telamon.v1.MetricsFrame & telamon.v1.MetricsFrame.$Shape} MetricsFrame
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): telamon.v1.MetricsFrame & telamon.v1.MetricsFrame.$Shape;
        }

        namespace MetricsFrame {

            /** Properties of a MetricsFrame. */
            interface $Properties {

                /** MetricsFrame frame */
                frame?: (Uint8Array|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a MetricsFrame. */
            type $Shape = telamon.v1.MetricsFrame.$Properties;
        }

        /**
         * Properties of a MatcherSet.
         * @deprecated Use telamon.v1.MatcherSet.$Properties instead.
         */
        interface IMatcherSet extends telamon.v1.MatcherSet.$Properties {
        }

        /** Represents a MatcherSet. */
        class MatcherSet {

            /**
             * Constructs a new MatcherSet.
             * @param [properties] Properties to set
             */
            constructor(properties?: telamon.v1.MatcherSet.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** MatcherSet matchers. */
            matchers: telamon.v1.Matcher.$Properties[];

            /**
             * Creates a new MatcherSet instance using the specified properties.
             * @param [properties] Properties to set
             * @returns MatcherSet instance
             */
            static create(properties: telamon.v1.MatcherSet.$Shape): telamon.v1.MatcherSet & telamon.v1.MatcherSet.$Shape;
            static create(properties?: telamon.v1.MatcherSet.$Properties): telamon.v1.MatcherSet;

            /**
             * Encodes the specified MatcherSet message. Does not implicitly {@link telamon.v1.MatcherSet.verify|verify} messages.
             * @param message MatcherSet message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: telamon.v1.MatcherSet.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a MatcherSet message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {telamon.v1.MatcherSet & telamon.v1.MatcherSet.$Shape} MatcherSet
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): telamon.v1.MatcherSet & telamon.v1.MatcherSet.$Shape;
        }

        namespace MatcherSet {

            /** Properties of a MatcherSet. */
            interface $Properties {

                /** MatcherSet matchers */
                matchers?: (telamon.v1.Matcher.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a MatcherSet. */
            type $Shape = telamon.v1.MatcherSet.$Properties;
        }

        /**
         * Properties of a MetricsLabelsRequest.
         * @deprecated Use telamon.v1.MetricsLabelsRequest.$Properties instead.
         */
        interface IMetricsLabelsRequest extends telamon.v1.MetricsLabelsRequest.$Properties {
        }

        /** Represents a MetricsLabelsRequest. */
        class MetricsLabelsRequest {

            /**
             * Constructs a new MetricsLabelsRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: telamon.v1.MetricsLabelsRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** MetricsLabelsRequest matcherSets. */
            matcherSets: telamon.v1.MatcherSet.$Properties[];

            /** MetricsLabelsRequest fromMs. */
            fromMs: number;

            /** MetricsLabelsRequest toMs. */
            toMs: number;

            /** MetricsLabelsRequest limit. */
            limit: number;

            /** MetricsLabelsRequest name. */
            name: string;

            /** MetricsLabelsRequest knownBlocks. */
            knownBlocks: string[];

            /**
             * Creates a new MetricsLabelsRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns MetricsLabelsRequest instance
             */
            static create(properties: telamon.v1.MetricsLabelsRequest.$Shape): telamon.v1.MetricsLabelsRequest & telamon.v1.MetricsLabelsRequest.$Shape;
            static create(properties?: telamon.v1.MetricsLabelsRequest.$Properties): telamon.v1.MetricsLabelsRequest;

            /**
             * Encodes the specified MetricsLabelsRequest message. Does not implicitly {@link telamon.v1.MetricsLabelsRequest.verify|verify} messages.
             * @param message MetricsLabelsRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: telamon.v1.MetricsLabelsRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a MetricsLabelsRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {telamon.v1.MetricsLabelsRequest & telamon.v1.MetricsLabelsRequest.$Shape} MetricsLabelsRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): telamon.v1.MetricsLabelsRequest & telamon.v1.MetricsLabelsRequest.$Shape;
        }

        namespace MetricsLabelsRequest {

            /** Properties of a MetricsLabelsRequest. */
            interface $Properties {

                /** MetricsLabelsRequest matcherSets */
                matcherSets?: (telamon.v1.MatcherSet.$Properties[]|null);

                /** MetricsLabelsRequest fromMs */
                fromMs?: (number|null);

                /** MetricsLabelsRequest toMs */
                toMs?: (number|null);

                /** MetricsLabelsRequest limit */
                limit?: (number|null);

                /** MetricsLabelsRequest name */
                name?: (string|null);

                /** MetricsLabelsRequest knownBlocks */
                knownBlocks?: (string[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a MetricsLabelsRequest. */
            type $Shape = telamon.v1.MetricsLabelsRequest.$Properties;
        }

        /**
         * Properties of a MetricsTexts.
         * @deprecated Use telamon.v1.MetricsTexts.$Properties instead.
         */
        interface IMetricsTexts extends telamon.v1.MetricsTexts.$Properties {
        }

        /** Represents a MetricsTexts. */
        class MetricsTexts {

            /**
             * Constructs a new MetricsTexts.
             * @param [properties] Properties to set
             */
            constructor(properties?: telamon.v1.MetricsTexts.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** MetricsTexts texts. */
            texts: string[];

            /**
             * Creates a new MetricsTexts instance using the specified properties.
             * @param [properties] Properties to set
             * @returns MetricsTexts instance
             */
            static create(properties: telamon.v1.MetricsTexts.$Shape): telamon.v1.MetricsTexts & telamon.v1.MetricsTexts.$Shape;
            static create(properties?: telamon.v1.MetricsTexts.$Properties): telamon.v1.MetricsTexts;

            /**
             * Encodes the specified MetricsTexts message. Does not implicitly {@link telamon.v1.MetricsTexts.verify|verify} messages.
             * @param message MetricsTexts message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: telamon.v1.MetricsTexts.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a MetricsTexts message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {telamon.v1.MetricsTexts & telamon.v1.MetricsTexts.$Shape} MetricsTexts
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): telamon.v1.MetricsTexts & telamon.v1.MetricsTexts.$Shape;
        }

        namespace MetricsTexts {

            /** Properties of a MetricsTexts. */
            interface $Properties {

                /** MetricsTexts texts */
                texts?: (string[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a MetricsTexts. */
            type $Shape = telamon.v1.MetricsTexts.$Properties;
        }

        /**
         * Properties of a MetricsExemplar.
         * @deprecated Use telamon.v1.MetricsExemplar.$Properties instead.
         */
        interface IMetricsExemplar extends telamon.v1.MetricsExemplar.$Properties {
        }

        /** Represents a MetricsExemplar. */
        class MetricsExemplar {

            /**
             * Constructs a new MetricsExemplar.
             * @param [properties] Properties to set
             */
            constructor(properties?: telamon.v1.MetricsExemplar.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** MetricsExemplar timeMs. */
            timeMs: number;

            /** MetricsExemplar value. */
            value: number;

            /** MetricsExemplar labels. */
            labels: Uint8Array;

            /**
             * Creates a new MetricsExemplar instance using the specified properties.
             * @param [properties] Properties to set
             * @returns MetricsExemplar instance
             */
            static create(properties: telamon.v1.MetricsExemplar.$Shape): telamon.v1.MetricsExemplar & telamon.v1.MetricsExemplar.$Shape;
            static create(properties?: telamon.v1.MetricsExemplar.$Properties): telamon.v1.MetricsExemplar;

            /**
             * Encodes the specified MetricsExemplar message. Does not implicitly {@link telamon.v1.MetricsExemplar.verify|verify} messages.
             * @param message MetricsExemplar message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: telamon.v1.MetricsExemplar.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a MetricsExemplar message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {telamon.v1.MetricsExemplar & telamon.v1.MetricsExemplar.$Shape} MetricsExemplar
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): telamon.v1.MetricsExemplar & telamon.v1.MetricsExemplar.$Shape;
        }

        namespace MetricsExemplar {

            /** Properties of a MetricsExemplar. */
            interface $Properties {

                /** MetricsExemplar timeMs */
                timeMs?: (number|null);

                /** MetricsExemplar value */
                value?: (number|null);

                /** MetricsExemplar labels */
                labels?: (Uint8Array|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a MetricsExemplar. */
            type $Shape = telamon.v1.MetricsExemplar.$Properties;
        }

        /**
         * Properties of a MetricsExemplarSeries.
         * @deprecated Use telamon.v1.MetricsExemplarSeries.$Properties instead.
         */
        interface IMetricsExemplarSeries extends telamon.v1.MetricsExemplarSeries.$Properties {
        }

        /** Represents a MetricsExemplarSeries. */
        class MetricsExemplarSeries {

            /**
             * Constructs a new MetricsExemplarSeries.
             * @param [properties] Properties to set
             */
            constructor(properties?: telamon.v1.MetricsExemplarSeries.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** MetricsExemplarSeries labels. */
            labels: Uint8Array;

            /** MetricsExemplarSeries exemplars. */
            exemplars: telamon.v1.MetricsExemplar.$Properties[];

            /**
             * Creates a new MetricsExemplarSeries instance using the specified properties.
             * @param [properties] Properties to set
             * @returns MetricsExemplarSeries instance
             */
            static create(properties: telamon.v1.MetricsExemplarSeries.$Shape): telamon.v1.MetricsExemplarSeries & telamon.v1.MetricsExemplarSeries.$Shape;
            static create(properties?: telamon.v1.MetricsExemplarSeries.$Properties): telamon.v1.MetricsExemplarSeries;

            /**
             * Encodes the specified MetricsExemplarSeries message. Does not implicitly {@link telamon.v1.MetricsExemplarSeries.verify|verify} messages.
             * @param message MetricsExemplarSeries message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: telamon.v1.MetricsExemplarSeries.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a MetricsExemplarSeries message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {telamon.v1.MetricsExemplarSeries & telamon.v1.MetricsExemplarSeries.$Shape} MetricsExemplarSeries
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): telamon.v1.MetricsExemplarSeries & telamon.v1.MetricsExemplarSeries.$Shape;
        }

        namespace MetricsExemplarSeries {

            /** Properties of a MetricsExemplarSeries. */
            interface $Properties {

                /** MetricsExemplarSeries labels */
                labels?: (Uint8Array|null);

                /** MetricsExemplarSeries exemplars */
                exemplars?: (telamon.v1.MetricsExemplar.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a MetricsExemplarSeries. */
            type $Shape = telamon.v1.MetricsExemplarSeries.$Properties;
        }

        /**
         * Properties of a MetricsExemplarsPart.
         * @deprecated Use telamon.v1.MetricsExemplarsPart.$Properties instead.
         */
        interface IMetricsExemplarsPart extends telamon.v1.MetricsExemplarsPart.$Properties {
        }

        /** Represents a MetricsExemplarsPart. */
        class MetricsExemplarsPart {

            /**
             * Constructs a new MetricsExemplarsPart.
             * @param [properties] Properties to set
             */
            constructor(properties?: telamon.v1.MetricsExemplarsPart.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** MetricsExemplarsPart series. */
            series: telamon.v1.MetricsExemplarSeries.$Properties[];

            /**
             * Creates a new MetricsExemplarsPart instance using the specified properties.
             * @param [properties] Properties to set
             * @returns MetricsExemplarsPart instance
             */
            static create(properties: telamon.v1.MetricsExemplarsPart.$Shape): telamon.v1.MetricsExemplarsPart & telamon.v1.MetricsExemplarsPart.$Shape;
            static create(properties?: telamon.v1.MetricsExemplarsPart.$Properties): telamon.v1.MetricsExemplarsPart;

            /**
             * Encodes the specified MetricsExemplarsPart message. Does not implicitly {@link telamon.v1.MetricsExemplarsPart.verify|verify} messages.
             * @param message MetricsExemplarsPart message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: telamon.v1.MetricsExemplarsPart.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a MetricsExemplarsPart message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {telamon.v1.MetricsExemplarsPart & telamon.v1.MetricsExemplarsPart.$Shape} MetricsExemplarsPart
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): telamon.v1.MetricsExemplarsPart & telamon.v1.MetricsExemplarsPart.$Shape;
        }

        namespace MetricsExemplarsPart {

            /** Properties of a MetricsExemplarsPart. */
            interface $Properties {

                /** MetricsExemplarsPart series */
                series?: (telamon.v1.MetricsExemplarSeries.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a MetricsExemplarsPart. */
            type $Shape = telamon.v1.MetricsExemplarsPart.$Properties;
        }

        /**
         * Properties of a MetricsMetadataRequest.
         * @deprecated Use telamon.v1.MetricsMetadataRequest.$Properties instead.
         */
        interface IMetricsMetadataRequest extends telamon.v1.MetricsMetadataRequest.$Properties {
        }

        /** Represents a MetricsMetadataRequest. */
        class MetricsMetadataRequest {

            /**
             * Constructs a new MetricsMetadataRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: telamon.v1.MetricsMetadataRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** MetricsMetadataRequest metric. */
            metric: string;

            /**
             * Creates a new MetricsMetadataRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns MetricsMetadataRequest instance
             */
            static create(properties: telamon.v1.MetricsMetadataRequest.$Shape): telamon.v1.MetricsMetadataRequest & telamon.v1.MetricsMetadataRequest.$Shape;
            static create(properties?: telamon.v1.MetricsMetadataRequest.$Properties): telamon.v1.MetricsMetadataRequest;

            /**
             * Encodes the specified MetricsMetadataRequest message. Does not implicitly {@link telamon.v1.MetricsMetadataRequest.verify|verify} messages.
             * @param message MetricsMetadataRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: telamon.v1.MetricsMetadataRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a MetricsMetadataRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {telamon.v1.MetricsMetadataRequest & telamon.v1.MetricsMetadataRequest.$Shape} MetricsMetadataRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): telamon.v1.MetricsMetadataRequest & telamon.v1.MetricsMetadataRequest.$Shape;
        }

        namespace MetricsMetadataRequest {

            /** Properties of a MetricsMetadataRequest. */
            interface $Properties {

                /** MetricsMetadataRequest metric */
                metric?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a MetricsMetadataRequest. */
            type $Shape = telamon.v1.MetricsMetadataRequest.$Properties;
        }

        /**
         * Properties of a MetricsMetadata.
         * @deprecated Use telamon.v1.MetricsMetadata.$Properties instead.
         */
        interface IMetricsMetadata extends telamon.v1.MetricsMetadata.$Properties {
        }

        /** Represents a MetricsMetadata. */
        class MetricsMetadata {

            /**
             * Constructs a new MetricsMetadata.
             * @param [properties] Properties to set
             */
            constructor(properties?: telamon.v1.MetricsMetadata.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** MetricsMetadata metric. */
            metric: string;

            /** MetricsMetadata type. */
            type: string;

            /** MetricsMetadata help. */
            help: string;

            /** MetricsMetadata unit. */
            unit: string;

            /**
             * Creates a new MetricsMetadata instance using the specified properties.
             * @param [properties] Properties to set
             * @returns MetricsMetadata instance
             */
            static create(properties: telamon.v1.MetricsMetadata.$Shape): telamon.v1.MetricsMetadata & telamon.v1.MetricsMetadata.$Shape;
            static create(properties?: telamon.v1.MetricsMetadata.$Properties): telamon.v1.MetricsMetadata;

            /**
             * Encodes the specified MetricsMetadata message. Does not implicitly {@link telamon.v1.MetricsMetadata.verify|verify} messages.
             * @param message MetricsMetadata message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: telamon.v1.MetricsMetadata.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a MetricsMetadata message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {telamon.v1.MetricsMetadata & telamon.v1.MetricsMetadata.$Shape} MetricsMetadata
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): telamon.v1.MetricsMetadata & telamon.v1.MetricsMetadata.$Shape;
        }

        namespace MetricsMetadata {

            /** Properties of a MetricsMetadata. */
            interface $Properties {

                /** MetricsMetadata metric */
                metric?: (string|null);

                /** MetricsMetadata type */
                type?: (string|null);

                /** MetricsMetadata help */
                help?: (string|null);

                /** MetricsMetadata unit */
                unit?: (string|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a MetricsMetadata. */
            type $Shape = telamon.v1.MetricsMetadata.$Properties;
        }

        /**
         * Properties of a MetricsMetadataPart.
         * @deprecated Use telamon.v1.MetricsMetadataPart.$Properties instead.
         */
        interface IMetricsMetadataPart extends telamon.v1.MetricsMetadataPart.$Properties {
        }

        /** Represents a MetricsMetadataPart. */
        class MetricsMetadataPart {

            /**
             * Constructs a new MetricsMetadataPart.
             * @param [properties] Properties to set
             */
            constructor(properties?: telamon.v1.MetricsMetadataPart.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** MetricsMetadataPart entries. */
            entries: telamon.v1.MetricsMetadata.$Properties[];

            /**
             * Creates a new MetricsMetadataPart instance using the specified properties.
             * @param [properties] Properties to set
             * @returns MetricsMetadataPart instance
             */
            static create(properties: telamon.v1.MetricsMetadataPart.$Shape): telamon.v1.MetricsMetadataPart & telamon.v1.MetricsMetadataPart.$Shape;
            static create(properties?: telamon.v1.MetricsMetadataPart.$Properties): telamon.v1.MetricsMetadataPart;

            /**
             * Encodes the specified MetricsMetadataPart message. Does not implicitly {@link telamon.v1.MetricsMetadataPart.verify|verify} messages.
             * @param message MetricsMetadataPart message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: telamon.v1.MetricsMetadataPart.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a MetricsMetadataPart message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {telamon.v1.MetricsMetadataPart & telamon.v1.MetricsMetadataPart.$Shape} MetricsMetadataPart
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): telamon.v1.MetricsMetadataPart & telamon.v1.MetricsMetadataPart.$Shape;
        }

        namespace MetricsMetadataPart {

            /** Properties of a MetricsMetadataPart. */
            interface $Properties {

                /** MetricsMetadataPart entries */
                entries?: (telamon.v1.MetricsMetadata.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a MetricsMetadataPart. */
            type $Shape = telamon.v1.MetricsMetadataPart.$Properties;
        }

        /**
         * Properties of a MetricsCardinalityRequest.
         * @deprecated Use telamon.v1.MetricsCardinalityRequest.$Properties instead.
         */
        interface IMetricsCardinalityRequest extends telamon.v1.MetricsCardinalityRequest.$Properties {
        }

        /** Represents a MetricsCardinalityRequest. */
        class MetricsCardinalityRequest {

            /**
             * Constructs a new MetricsCardinalityRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: telamon.v1.MetricsCardinalityRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** MetricsCardinalityRequest limit. */
            limit: number;

            /**
             * Creates a new MetricsCardinalityRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns MetricsCardinalityRequest instance
             */
            static create(properties: telamon.v1.MetricsCardinalityRequest.$Shape): telamon.v1.MetricsCardinalityRequest & telamon.v1.MetricsCardinalityRequest.$Shape;
            static create(properties?: telamon.v1.MetricsCardinalityRequest.$Properties): telamon.v1.MetricsCardinalityRequest;

            /**
             * Encodes the specified MetricsCardinalityRequest message. Does not implicitly {@link telamon.v1.MetricsCardinalityRequest.verify|verify} messages.
             * @param message MetricsCardinalityRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: telamon.v1.MetricsCardinalityRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a MetricsCardinalityRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {telamon.v1.MetricsCardinalityRequest & telamon.v1.MetricsCardinalityRequest.$Shape} MetricsCardinalityRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): telamon.v1.MetricsCardinalityRequest & telamon.v1.MetricsCardinalityRequest.$Shape;
        }

        namespace MetricsCardinalityRequest {

            /** Properties of a MetricsCardinalityRequest. */
            interface $Properties {

                /** MetricsCardinalityRequest limit */
                limit?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a MetricsCardinalityRequest. */
            type $Shape = telamon.v1.MetricsCardinalityRequest.$Properties;
        }

        /**
         * Properties of a MetricsNamedCount.
         * @deprecated Use telamon.v1.MetricsNamedCount.$Properties instead.
         */
        interface IMetricsNamedCount extends telamon.v1.MetricsNamedCount.$Properties {
        }

        /** Represents a MetricsNamedCount. */
        class MetricsNamedCount {

            /**
             * Constructs a new MetricsNamedCount.
             * @param [properties] Properties to set
             */
            constructor(properties?: telamon.v1.MetricsNamedCount.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** MetricsNamedCount name. */
            name: string;

            /** MetricsNamedCount value. */
            value: number;

            /**
             * Creates a new MetricsNamedCount instance using the specified properties.
             * @param [properties] Properties to set
             * @returns MetricsNamedCount instance
             */
            static create(properties: telamon.v1.MetricsNamedCount.$Shape): telamon.v1.MetricsNamedCount & telamon.v1.MetricsNamedCount.$Shape;
            static create(properties?: telamon.v1.MetricsNamedCount.$Properties): telamon.v1.MetricsNamedCount;

            /**
             * Encodes the specified MetricsNamedCount message. Does not implicitly {@link telamon.v1.MetricsNamedCount.verify|verify} messages.
             * @param message MetricsNamedCount message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: telamon.v1.MetricsNamedCount.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a MetricsNamedCount message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {telamon.v1.MetricsNamedCount & telamon.v1.MetricsNamedCount.$Shape} MetricsNamedCount
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): telamon.v1.MetricsNamedCount & telamon.v1.MetricsNamedCount.$Shape;
        }

        namespace MetricsNamedCount {

            /** Properties of a MetricsNamedCount. */
            interface $Properties {

                /** MetricsNamedCount name */
                name?: (string|null);

                /** MetricsNamedCount value */
                value?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a MetricsNamedCount. */
            type $Shape = telamon.v1.MetricsNamedCount.$Properties;
        }

        /**
         * Properties of a MetricsCardinalityReply.
         * @deprecated Use telamon.v1.MetricsCardinalityReply.$Properties instead.
         */
        interface IMetricsCardinalityReply extends telamon.v1.MetricsCardinalityReply.$Properties {
        }

        /** Represents a MetricsCardinalityReply. */
        class MetricsCardinalityReply {

            /**
             * Constructs a new MetricsCardinalityReply.
             * @param [properties] Properties to set
             */
            constructor(properties?: telamon.v1.MetricsCardinalityReply.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** MetricsCardinalityReply hasHead. */
            hasHead: boolean;

            /** MetricsCardinalityReply numSeries. */
            numSeries: number;

            /** MetricsCardinalityReply numLabelPairs. */
            numLabelPairs: number;

            /** MetricsCardinalityReply chunkCount. */
            chunkCount: number;

            /** MetricsCardinalityReply minTimeMs. */
            minTimeMs?: (number|null);

            /** MetricsCardinalityReply maxTimeMs. */
            maxTimeMs?: (number|null);

            /** MetricsCardinalityReply seriesCountByMetricName. */
            seriesCountByMetricName: telamon.v1.MetricsNamedCount.$Properties[];

            /** MetricsCardinalityReply labelValueCountByLabelName. */
            labelValueCountByLabelName: telamon.v1.MetricsNamedCount.$Properties[];

            /** MetricsCardinalityReply memoryInBytesByLabelName. */
            memoryInBytesByLabelName: telamon.v1.MetricsNamedCount.$Properties[];

            /** MetricsCardinalityReply seriesCountByLabelValuePair. */
            seriesCountByLabelValuePair: telamon.v1.MetricsNamedCount.$Properties[];

            /**
             * Creates a new MetricsCardinalityReply instance using the specified properties.
             * @param [properties] Properties to set
             * @returns MetricsCardinalityReply instance
             */
            static create(properties: telamon.v1.MetricsCardinalityReply.$Shape): telamon.v1.MetricsCardinalityReply & telamon.v1.MetricsCardinalityReply.$Shape;
            static create(properties?: telamon.v1.MetricsCardinalityReply.$Properties): telamon.v1.MetricsCardinalityReply;

            /**
             * Encodes the specified MetricsCardinalityReply message. Does not implicitly {@link telamon.v1.MetricsCardinalityReply.verify|verify} messages.
             * @param message MetricsCardinalityReply message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: telamon.v1.MetricsCardinalityReply.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a MetricsCardinalityReply message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {telamon.v1.MetricsCardinalityReply & telamon.v1.MetricsCardinalityReply.$Shape} MetricsCardinalityReply
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): telamon.v1.MetricsCardinalityReply & telamon.v1.MetricsCardinalityReply.$Shape;
        }

        namespace MetricsCardinalityReply {

            /** Properties of a MetricsCardinalityReply. */
            interface $Properties {

                /** MetricsCardinalityReply hasHead */
                hasHead?: (boolean|null);

                /** MetricsCardinalityReply numSeries */
                numSeries?: (number|null);

                /** MetricsCardinalityReply numLabelPairs */
                numLabelPairs?: (number|null);

                /** MetricsCardinalityReply chunkCount */
                chunkCount?: (number|null);

                /** MetricsCardinalityReply minTimeMs */
                minTimeMs?: (number|null);

                /** MetricsCardinalityReply maxTimeMs */
                maxTimeMs?: (number|null);

                /** MetricsCardinalityReply seriesCountByMetricName */
                seriesCountByMetricName?: (telamon.v1.MetricsNamedCount.$Properties[]|null);

                /** MetricsCardinalityReply labelValueCountByLabelName */
                labelValueCountByLabelName?: (telamon.v1.MetricsNamedCount.$Properties[]|null);

                /** MetricsCardinalityReply memoryInBytesByLabelName */
                memoryInBytesByLabelName?: (telamon.v1.MetricsNamedCount.$Properties[]|null);

                /** MetricsCardinalityReply seriesCountByLabelValuePair */
                seriesCountByLabelValuePair?: (telamon.v1.MetricsNamedCount.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a MetricsCardinalityReply. */
            type $Shape = telamon.v1.MetricsCardinalityReply.$Properties;
        }

        /**
         * Properties of a MetricsUsageRequest.
         * @deprecated Use telamon.v1.MetricsUsageRequest.$Properties instead.
         */
        interface IMetricsUsageRequest extends telamon.v1.MetricsUsageRequest.$Properties {
        }

        /** Represents a MetricsUsageRequest. */
        class MetricsUsageRequest {

            /**
             * Constructs a new MetricsUsageRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: telamon.v1.MetricsUsageRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /**
             * Creates a new MetricsUsageRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns MetricsUsageRequest instance
             */
            static create(properties: telamon.v1.MetricsUsageRequest.$Shape): telamon.v1.MetricsUsageRequest & telamon.v1.MetricsUsageRequest.$Shape;
            static create(properties?: telamon.v1.MetricsUsageRequest.$Properties): telamon.v1.MetricsUsageRequest;

            /**
             * Encodes the specified MetricsUsageRequest message. Does not implicitly {@link telamon.v1.MetricsUsageRequest.verify|verify} messages.
             * @param message MetricsUsageRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: telamon.v1.MetricsUsageRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a MetricsUsageRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {telamon.v1.MetricsUsageRequest & telamon.v1.MetricsUsageRequest.$Shape} MetricsUsageRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): telamon.v1.MetricsUsageRequest & telamon.v1.MetricsUsageRequest.$Shape;
        }

        namespace MetricsUsageRequest {

            /** Properties of a MetricsUsageRequest. */
            interface $Properties {

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a MetricsUsageRequest. */
            type $Shape = telamon.v1.MetricsUsageRequest.$Properties;
        }

        /**
         * Properties of a MetricsUsageReply.
         * @deprecated Use telamon.v1.MetricsUsageReply.$Properties instead.
         */
        interface IMetricsUsageReply extends telamon.v1.MetricsUsageReply.$Properties {
        }

        /** Represents a MetricsUsageReply. */
        class MetricsUsageReply {

            /**
             * Constructs a new MetricsUsageReply.
             * @param [properties] Properties to set
             */
            constructor(properties?: telamon.v1.MetricsUsageReply.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** MetricsUsageReply ingestionRate. */
            ingestionRate: number;

            /** MetricsUsageReply seriesCount. */
            seriesCount: number;

            /**
             * Creates a new MetricsUsageReply instance using the specified properties.
             * @param [properties] Properties to set
             * @returns MetricsUsageReply instance
             */
            static create(properties: telamon.v1.MetricsUsageReply.$Shape): telamon.v1.MetricsUsageReply & telamon.v1.MetricsUsageReply.$Shape;
            static create(properties?: telamon.v1.MetricsUsageReply.$Properties): telamon.v1.MetricsUsageReply;

            /**
             * Encodes the specified MetricsUsageReply message. Does not implicitly {@link telamon.v1.MetricsUsageReply.verify|verify} messages.
             * @param message MetricsUsageReply message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: telamon.v1.MetricsUsageReply.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a MetricsUsageReply message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {telamon.v1.MetricsUsageReply & telamon.v1.MetricsUsageReply.$Shape} MetricsUsageReply
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): telamon.v1.MetricsUsageReply & telamon.v1.MetricsUsageReply.$Shape;
        }

        namespace MetricsUsageReply {

            /** Properties of a MetricsUsageReply. */
            interface $Properties {

                /** MetricsUsageReply ingestionRate */
                ingestionRate?: (number|null);

                /** MetricsUsageReply seriesCount */
                seriesCount?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a MetricsUsageReply. */
            type $Shape = telamon.v1.MetricsUsageReply.$Properties;
        }

        /**
         * Properties of a MetricsUsageByTenantReply.
         * @deprecated Use telamon.v1.MetricsUsageByTenantReply.$Properties instead.
         */
        interface IMetricsUsageByTenantReply extends telamon.v1.MetricsUsageByTenantReply.$Properties {
        }

        /** Represents a MetricsUsageByTenantReply. */
        class MetricsUsageByTenantReply {

            /**
             * Constructs a new MetricsUsageByTenantReply.
             * @param [properties] Properties to set
             */
            constructor(properties?: telamon.v1.MetricsUsageByTenantReply.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** MetricsUsageByTenantReply tenants. */
            tenants: telamon.v1.MetricsTenantUsage.$Properties[];

            /**
             * Creates a new MetricsUsageByTenantReply instance using the specified properties.
             * @param [properties] Properties to set
             * @returns MetricsUsageByTenantReply instance
             */
            static create(properties: telamon.v1.MetricsUsageByTenantReply.$Shape): telamon.v1.MetricsUsageByTenantReply & telamon.v1.MetricsUsageByTenantReply.$Shape;
            static create(properties?: telamon.v1.MetricsUsageByTenantReply.$Properties): telamon.v1.MetricsUsageByTenantReply;

            /**
             * Encodes the specified MetricsUsageByTenantReply message. Does not implicitly {@link telamon.v1.MetricsUsageByTenantReply.verify|verify} messages.
             * @param message MetricsUsageByTenantReply message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: telamon.v1.MetricsUsageByTenantReply.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a MetricsUsageByTenantReply message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {telamon.v1.MetricsUsageByTenantReply & telamon.v1.MetricsUsageByTenantReply.$Shape} MetricsUsageByTenantReply
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): telamon.v1.MetricsUsageByTenantReply & telamon.v1.MetricsUsageByTenantReply.$Shape;
        }

        namespace MetricsUsageByTenantReply {

            /** Properties of a MetricsUsageByTenantReply. */
            interface $Properties {

                /** MetricsUsageByTenantReply tenants */
                tenants?: (telamon.v1.MetricsTenantUsage.$Properties[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a MetricsUsageByTenantReply. */
            type $Shape = telamon.v1.MetricsUsageByTenantReply.$Properties;
        }

        /**
         * Properties of a MetricsTenantUsage.
         * @deprecated Use telamon.v1.MetricsTenantUsage.$Properties instead.
         */
        interface IMetricsTenantUsage extends telamon.v1.MetricsTenantUsage.$Properties {
        }

        /** Represents a MetricsTenantUsage. */
        class MetricsTenantUsage {

            /**
             * Constructs a new MetricsTenantUsage.
             * @param [properties] Properties to set
             */
            constructor(properties?: telamon.v1.MetricsTenantUsage.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** MetricsTenantUsage tenant. */
            tenant: string;

            /** MetricsTenantUsage usage. */
            usage?: (telamon.v1.MetricsUsageReply.$Properties|null);

            /**
             * Creates a new MetricsTenantUsage instance using the specified properties.
             * @param [properties] Properties to set
             * @returns MetricsTenantUsage instance
             */
            static create(properties: telamon.v1.MetricsTenantUsage.$Shape): telamon.v1.MetricsTenantUsage & telamon.v1.MetricsTenantUsage.$Shape;
            static create(properties?: telamon.v1.MetricsTenantUsage.$Properties): telamon.v1.MetricsTenantUsage;

            /**
             * Encodes the specified MetricsTenantUsage message. Does not implicitly {@link telamon.v1.MetricsTenantUsage.verify|verify} messages.
             * @param message MetricsTenantUsage message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: telamon.v1.MetricsTenantUsage.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a MetricsTenantUsage message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {telamon.v1.MetricsTenantUsage & telamon.v1.MetricsTenantUsage.$Shape} MetricsTenantUsage
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): telamon.v1.MetricsTenantUsage & telamon.v1.MetricsTenantUsage.$Shape;
        }

        namespace MetricsTenantUsage {

            /** Properties of a MetricsTenantUsage. */
            interface $Properties {

                /** MetricsTenantUsage tenant */
                tenant?: (string|null);

                /** MetricsTenantUsage usage */
                usage?: (telamon.v1.MetricsUsageReply.$Properties|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a MetricsTenantUsage. */
            type $Shape = telamon.v1.MetricsTenantUsage.$Properties;
        }

        /**
         * Properties of a MetricsBlocksSelectRequest.
         * @deprecated Use telamon.v1.MetricsBlocksSelectRequest.$Properties instead.
         */
        interface IMetricsBlocksSelectRequest extends telamon.v1.MetricsBlocksSelectRequest.$Properties {
        }

        /** Represents a MetricsBlocksSelectRequest. */
        class MetricsBlocksSelectRequest {

            /**
             * Constructs a new MetricsBlocksSelectRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: telamon.v1.MetricsBlocksSelectRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** MetricsBlocksSelectRequest select. */
            select?: (telamon.v1.MetricsSelectRequest.$Properties|null);

            /** MetricsBlocksSelectRequest blocks. */
            blocks: string[];

            /**
             * Creates a new MetricsBlocksSelectRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns MetricsBlocksSelectRequest instance
             */
            static create(properties: telamon.v1.MetricsBlocksSelectRequest.$Shape): telamon.v1.MetricsBlocksSelectRequest & telamon.v1.MetricsBlocksSelectRequest.$Shape;
            static create(properties?: telamon.v1.MetricsBlocksSelectRequest.$Properties): telamon.v1.MetricsBlocksSelectRequest;

            /**
             * Encodes the specified MetricsBlocksSelectRequest message. Does not implicitly {@link telamon.v1.MetricsBlocksSelectRequest.verify|verify} messages.
             * @param message MetricsBlocksSelectRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: telamon.v1.MetricsBlocksSelectRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a MetricsBlocksSelectRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {telamon.v1.MetricsBlocksSelectRequest & telamon.v1.MetricsBlocksSelectRequest.$Shape} MetricsBlocksSelectRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): telamon.v1.MetricsBlocksSelectRequest & telamon.v1.MetricsBlocksSelectRequest.$Shape;
        }

        namespace MetricsBlocksSelectRequest {

            /** Properties of a MetricsBlocksSelectRequest. */
            interface $Properties {

                /** MetricsBlocksSelectRequest select */
                select?: (telamon.v1.MetricsSelectRequest.$Properties|null);

                /** MetricsBlocksSelectRequest blocks */
                blocks?: (string[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a MetricsBlocksSelectRequest. */
            type $Shape = telamon.v1.MetricsBlocksSelectRequest.$Properties;
        }

        /**
         * Properties of a MetricsBlocksLabelsRequest.
         * @deprecated Use telamon.v1.MetricsBlocksLabelsRequest.$Properties instead.
         */
        interface IMetricsBlocksLabelsRequest extends telamon.v1.MetricsBlocksLabelsRequest.$Properties {
        }

        /** Represents a MetricsBlocksLabelsRequest. */
        class MetricsBlocksLabelsRequest {

            /**
             * Constructs a new MetricsBlocksLabelsRequest.
             * @param [properties] Properties to set
             */
            constructor(properties?: telamon.v1.MetricsBlocksLabelsRequest.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** MetricsBlocksLabelsRequest labels. */
            labels?: (telamon.v1.MetricsLabelsRequest.$Properties|null);

            /** MetricsBlocksLabelsRequest blocks. */
            blocks: string[];

            /**
             * Creates a new MetricsBlocksLabelsRequest instance using the specified properties.
             * @param [properties] Properties to set
             * @returns MetricsBlocksLabelsRequest instance
             */
            static create(properties: telamon.v1.MetricsBlocksLabelsRequest.$Shape): telamon.v1.MetricsBlocksLabelsRequest & telamon.v1.MetricsBlocksLabelsRequest.$Shape;
            static create(properties?: telamon.v1.MetricsBlocksLabelsRequest.$Properties): telamon.v1.MetricsBlocksLabelsRequest;

            /**
             * Encodes the specified MetricsBlocksLabelsRequest message. Does not implicitly {@link telamon.v1.MetricsBlocksLabelsRequest.verify|verify} messages.
             * @param message MetricsBlocksLabelsRequest message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: telamon.v1.MetricsBlocksLabelsRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a MetricsBlocksLabelsRequest message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {telamon.v1.MetricsBlocksLabelsRequest & telamon.v1.MetricsBlocksLabelsRequest.$Shape} MetricsBlocksLabelsRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): telamon.v1.MetricsBlocksLabelsRequest & telamon.v1.MetricsBlocksLabelsRequest.$Shape;
        }

        namespace MetricsBlocksLabelsRequest {

            /** Properties of a MetricsBlocksLabelsRequest. */
            interface $Properties {

                /** MetricsBlocksLabelsRequest labels */
                labels?: (telamon.v1.MetricsLabelsRequest.$Properties|null);

                /** MetricsBlocksLabelsRequest blocks */
                blocks?: (string[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a MetricsBlocksLabelsRequest. */
            type $Shape = telamon.v1.MetricsBlocksLabelsRequest.$Properties;
        }

        /**
         * Properties of a MetricsBlocksPart.
         * @deprecated Use telamon.v1.MetricsBlocksPart.$Properties instead.
         */
        interface IMetricsBlocksPart extends telamon.v1.MetricsBlocksPart.$Properties {
        }

        /** Represents a MetricsBlocksPart. */
        class MetricsBlocksPart {

            /**
             * Constructs a new MetricsBlocksPart.
             * @param [properties] Properties to set
             */
            constructor(properties?: telamon.v1.MetricsBlocksPart.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** MetricsBlocksPart frame. */
            frame: Uint8Array;

            /** MetricsBlocksPart texts. */
            texts: string[];

            /** MetricsBlocksPart blocksRead. */
            blocksRead: string[];

            /**
             * Creates a new MetricsBlocksPart instance using the specified properties.
             * @param [properties] Properties to set
             * @returns MetricsBlocksPart instance
             */
            static create(properties: telamon.v1.MetricsBlocksPart.$Shape): telamon.v1.MetricsBlocksPart & telamon.v1.MetricsBlocksPart.$Shape;
            static create(properties?: telamon.v1.MetricsBlocksPart.$Properties): telamon.v1.MetricsBlocksPart;

            /**
             * Encodes the specified MetricsBlocksPart message. Does not implicitly {@link telamon.v1.MetricsBlocksPart.verify|verify} messages.
             * @param message MetricsBlocksPart message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: telamon.v1.MetricsBlocksPart.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a MetricsBlocksPart message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {telamon.v1.MetricsBlocksPart & telamon.v1.MetricsBlocksPart.$Shape} MetricsBlocksPart
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): telamon.v1.MetricsBlocksPart & telamon.v1.MetricsBlocksPart.$Shape;
        }

        namespace MetricsBlocksPart {

            /** Properties of a MetricsBlocksPart. */
            interface $Properties {

                /** MetricsBlocksPart frame */
                frame?: (Uint8Array|null);

                /** MetricsBlocksPart texts */
                texts?: (string[]|null);

                /** MetricsBlocksPart blocksRead */
                blocksRead?: (string[]|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a MetricsBlocksPart. */
            type $Shape = telamon.v1.MetricsBlocksPart.$Properties;
        }
    }
}

export import v1 = telamon.v1;
