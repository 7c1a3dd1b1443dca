import type { Mutant } from './mutant.ts';

const JOURNAL = 'actors/journal/journal.ts';
const PORTS = 'actors/payment-ports.ts';

/** Bugs in what is durable, and in the numbers that hang on it. */
export const JOURNAL_MUTANTS: readonly Mutant[] = [
  {
    name: 'intent-is-not-synced',
    rule: 'M1',
    bug: 'a payment is sent before its intent is on the medium',
    edits: [
      {
        file: PORTS,
        text: 'journal.record([...facts, intent], { flush: true });',
        replacement: 'journal.record([...facts, intent], { flush: false });',
      },
    ],
    within: 2000,
  },
  {
    name: 'sale-without-a-record',
    rule: 'M10',
    bug: 'a payment is sent although its intent could not be written',
    edits: [
      {
        file: PORTS,
        text: 'journal.record([...facts, intent], { flush: true });',
        replacement: 'try { journal.record([...facts, intent], { flush: true }); } catch (error) { void error; }',
      },
    ],
    harder: { diskError: 0.02 },
    within: 3000,
  },
  {
    name: 'result-is-not-recorded',
    rule: 'M3',
    bug: 'the result of a payment never reaches the journal',
    edits: [
      {
        file: PORTS,
        text: "journal.record([{ type: 'ORDER_RESULT', order: input.order, ...input.verdict }], { flush: true });",
        replacement: '',
      },
    ],
    within: 500,
  },
  {
    name: 'journal-never-syncs',
    rule: 'M1',
    bug: 'the journal says durable and leaves the bytes in the page cache',
    edits: [
      {
        file: JOURNAL,
        text: 'if (needed > 0 || this.dirty) this.#opened().sync();',
        replacement: '',
      },
    ],
    within: 500,
  },
  {
    name: 'torn-tail-stays',
    rule: 'M1',
    bug: 'new records are written behind the tail that a power cut tore, where no reader finds them',
    edits: [
      {
        file: JOURNAL,
        text: 'if (content.torn) this.#file.write(Buffer.alloc(lastUsed(bytes) - content.end), content.end);',
        replacement: '',
      },
      {
        file: JOURNAL,
        text: 'const { end, lastCrc, lastSeq } = content;',
        replacement:
          'const { lastCrc, lastSeq } = content;\n    const end = Math.max(content.end, Math.ceil(lastUsed(bytes) / 8) * 8);',
      },
    ],
    within: 5000,
  },
  {
    name: 'failed-sync-is-tried-again',
    rule: 'M10',
    bug: 'after a failed sync the journal goes on with the same descriptor',
    edits: [
      {
        file: JOURNAL,
        text: "this.#status = 'failed';\n      this.#letGo();",
        replacement: '',
      },
    ],
    harder: { diskError: 0.02 },
    within: 5000,
  },
  {
    name: 'start-trusts-the-page-cache',
    rule: 'M1',
    bug: 'a start takes for durable what a failed sync left in the page cache only, when the process was killed then',
    edits: [
      {
        file: JOURNAL,
        text: 'if (inDoubt < content.end) this.#file.write(bytes.subarray(inDoubt, content.end), inDoubt);',
        replacement: '',
      },
    ],
    harder: { diskError: 0.02, powerCut: 0.01, killInstead: 0.7 },
    within: 5000,
  },
  {
    name: 'counter-rolls-back',
    rule: 'M5',
    bug: 'a restart takes the last block of numbers again',
    edits: [
      {
        file: 'actors/order-numbers.ts',
        text: 'return counterUntil > 0 ? counterUntil :',
        replacement: 'return counterUntil > 0 ? counterUntil - BLOCK :',
      },
    ],
    within: 200,
  },
  {
    name: 'new-segment-forgets-the-counter',
    rule: 'M5',
    bug: 'a new journal segment begins without the counter of numbers',
    edits: [
      {
        file: 'actors/terminal-journal.ts',
        text: "{ type: 'COUNTER_BLOCK', until: ledger.counterUntil },",
        replacement: "{ type: 'COUNTER_BLOCK', until: 1 },",
      },
    ],
    within: 1000,
  },
  {
    name: 'new-segment-forgets-open-orders',
    rule: 'M1',
    bug: 'a new journal segment begins without the orders that are open or not told',
    edits: [
      {
        file: 'actors/terminal-journal.ts',
        text: 'for (const order of ledger.unfinishedOrders()) facts.push(...factsOfOrder(order));',
        replacement: '',
      },
    ],
    within: 1000,
  },
];
