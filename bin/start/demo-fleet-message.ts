import * as v from 'valibot';

/** What the demo tells the process of its fleet, as its one argument. */
export const demoFleetOrderSchema = v.object({
  folder: v.string(),
  host: v.string(),
  httpPort: v.number(),
  httpPortIsAsked: v.boolean(),
  tid: v.string(),
  terminals: v.number(),
});

/** The demo's wish of its fleet. */
export type DemoFleetOrder = v.InferOutput<typeof demoFleetOrderSchema>;

/** What that process says: first how the demo's terminal gets in, then that the service is open, or why it never will be. */
export const demoFleetMessageSchema = v.variant('is', [
  v.object({
    is: v.literal('enrolled'),
    broker: v.string(),
    caFile: v.string(),
    certFile: v.string(),
    keyFile: v.string(),
    url: v.string(),
    signIn: v.string(),
    token: v.string(),
  }),
  v.object({ is: v.literal('open') }),
  v.object({ is: v.literal('failed'), why: v.string() }),
]);

/** One line that the demo's fleet says to the demo. */
export type DemoFleetMessage = v.InferOutput<typeof demoFleetMessageSchema>;
/** How the demo's terminal gets in, and where a visitor does. */
export type Enrolled = Extract<DemoFleetMessage, { is: 'enrolled' }>;
