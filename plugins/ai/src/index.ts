import { definePlugin } from '@tutti/plugin-sdk';
import { chatCompletion } from './completion/chat-completion.ts';
import { openAiChatCompletion } from './completion/open-ai-chat-completion.ts';
import { ragChatCompletion } from './rag/chat-completion.ts';
import { ingestDocument } from './rag/ingest-document.ts';

/** Language models, by the HTTP interfaces of their providers. */
export const aiPlugin = definePlugin({
  name: 'ai',
  title: 'AI',
  tasks: [chatCompletion, ingestDocument, ragChatCompletion, openAiChatCompletion],
});
