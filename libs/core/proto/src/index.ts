export { v1 } from '../generated/telamon.js';
