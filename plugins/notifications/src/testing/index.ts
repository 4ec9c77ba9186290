export { startChat, type ChatServer } from './chat-server.ts';
