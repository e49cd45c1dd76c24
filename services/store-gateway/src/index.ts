export { createStoreGateway, type StoreGatewayOptions } from './store-gateway.ts';
