export { CLIENT_CERT, CLIENT_KEY, ROGUE_CERT, ROGUE_KEY, SERVER_CERT, SERVER_KEY, TEST_CA } from '@telamon/test-certificates';
