import { z } from 'zod';
import { startStandIn, vectorOf } from './stand-in.ts';
import type { Answer, Asked, StandIn } from './stand-in.ts';

/** The key that the server takes. */
export const GEMINI_KEY = 'AIza-test-key';

const content = z.strictObject({
  role: z.enum(['user', 'model']).optional(),
  parts: z.array(z.strictObject({ text: z.string() })).min(1),
});

/** Requests as the reference of the Gemini API describes them; unknown names are refused, as the API does. */
const GENERATE = z.strictObject({
  contents: z.array(content.required()).min(1),
  systemInstruction: content.optional(),
  generationConfig: z
    .strictObject({
      temperature: z.number().min(0).max(2).optional(),
      topK: z.int().optional(),
      topP: z.number().optional(),
      seed: z.int().optional(),
      maxOutputTokens: z.int().optional(),
      responseMimeType: z.enum(['text/plain', 'application/json']).optional(),
      responseJsonSchema: z.looseObject({}).optional(),
      thinkingConfig: z.strictObject({ thinkingBudget: z.int().optional(), includeThoughts: z.boolean().optional() }).optional(), // prettier-ignore
    })
    .optional(),
});
const EMBED = z.strictObject({
  requests: z.array(z.strictObject({ model: z.string().startsWith('models/'), content })).max(100),
});

const refused = (status: number, message: string): Answer => ({ status, body: { error: { code: status, message, status: 'INVALID_ARGUMENT' } } }); // prettier-ignore

/** A server that speaks as the Gemini API does. */
export const startGemini = (generate: (body: z.infer<typeof GENERATE>) => Answer): Promise<StandIn> =>
  startStandIn((asked) => {
    if (asked.headers['x-goog-api-key'] !== GEMINI_KEY)
      return refused(400, 'API key not valid. Please pass a valid API key.');
    const method = /^\/v1beta\/models\/[\w.-]+:(\w+)$/.exec(asked.path)?.[1];
    if (method === 'generateContent') return checked(asked, GENERATE, generate);
    if (method === 'batchEmbedContents') return checked(asked, EMBED, ({ requests }) => ({ body: { embeddings: requests.map((one) => ({ values: vectorOf(one.content.parts[0]!.text) })) } })); // prettier-ignore
    return { status: 404, body: { error: { code: 404, message: 'models/nothing is not found', status: 'NOT_FOUND' } } };
  });

function checked<Body>({ body }: Asked, schema: z.ZodType<Body>, answer: (body: Body) => Answer): Answer {
  const parsed = schema.safeParse(body);
  return parsed.success ? answer(parsed.data) : refused(400, `Invalid JSON payload received. ${parsed.error.message}`);
}

/** An answer of one part. */
export const generated = (text: string, rest: object = {}): Answer => ({
  body: {
    candidates: [{ content: { role: 'model', parts: [{ text }] }, finishReason: 'STOP', index: 0 }],
    usageMetadata: { promptTokenCount: 7, candidatesTokenCount: 4, thoughtsTokenCount: 2, totalTokenCount: 13 },
    modelVersion: 'gemini-2.5-flash',
    ...rest,
  },
});
