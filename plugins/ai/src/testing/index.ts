export { GEMINI_KEY, generated, startGemini } from './gemini-server.ts';
export { startStandIn, type StandIn } from './stand-in.ts';
