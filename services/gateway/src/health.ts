import { subjects } from '@tutti/contracts';
import type { HealthReply } from '@tutti/contracts';
import type { Bus } from '@tutti/bus';

/** The others, which the gateway can do nothing without. */
const OTHER_SERVICES = ['flow-registry', 'trigger', 'executor', 'task-runner'] as const;
/** A service that is well answers in a few ms. */
const ANSWER_MS = 1_000;

/** Whether all five services can take work now, and which cannot. */
export async function askHealth(
  bus: Bus,
): Promise<{ readonly ready: boolean; readonly services: Readonly<Record<string, boolean>> }> {
  const others = await Promise.all(
    OTHER_SERVICES.map(async (service) => [service, await isReady(bus, service)] as const),
  );
  const services = { gateway: bus.isConnected(), ...Object.fromEntries(others) };
  return { ready: Object.values(services).every(Boolean), services };
}

async function isReady(bus: Bus, service: string): Promise<boolean> {
  try {
    const { ready } = await bus.request<null, HealthReply>(subjects.health(service), null, { timeoutMs: ANSWER_MS });
    return ready;
  } catch {
    return false; // no answer is an answer
  }
}
