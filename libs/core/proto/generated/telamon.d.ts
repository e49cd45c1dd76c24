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
    }
}

export import v1 = telamon.v1;
