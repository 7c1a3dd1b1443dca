import type { Mutant } from './mutant.ts';

const PORTS = 'actors/telling-ports.ts';

/** Bugs in the outbox: what is said and printed, when, and how often. */
export const TELLING_MUTANTS: readonly Mutant[] = [
  {
    name: 'told-before-spoken',
    rule: 'M7',
    bug: 'a telling is recorded when the sentence begins, not when it was heard',
    edits: [
      {
        file: PORTS,
        text: 'await speaker.speak(input.announcement, signal);',
        replacement: `const { job, order, refund } = input.announcement;
      if (!job.startsWith('prompt-'))
        journal.record([{ type: 'TOLD', job, channel: 'voice', order, refund }], { flush: true });
      await speaker.speak(input.announcement, signal);`,
      },
    ],
    within: 1000,
  },
  {
    name: 'owed-results-stay-untold',
    rule: 'M7',
    bug: 'a result that a power cut kept from the cashier is not told after the restart',
    edits: [
      {
        file: 'actors/recovered.ts',
        text: 'if (owed === null || order.result === null) return [];',
        replacement: 'if (owed !== null || order.result === null) return [];',
      },
    ],
    within: 2000,
  },
  {
    name: 'telling-is-not-recorded',
    rule: 'M7',
    bug: 'what was told is not recorded and is told again after every restart',
    edits: [
      {
        file: PORTS,
        text: "told.record({ type: 'TOLD', job, channel: 'voice', order, refund });",
        replacement: 'void [job, order, refund];',
      },
    ],
    within: 500,
  },
  {
    name: 'slip-is-not-owed',
    rule: 'M7',
    bug: 'a slip that could not be printed is forgotten by a restart',
    edits: [
      {
        file: 'actors/recovered.ts',
        text: 'const slip = owed.slip === null || order.told.has(owed.slip) ? null : owed.slip;',
        replacement: 'const slip = owed.slip === null || order.told.size >= 0 ? null : owed.slip;',
      },
    ],
    within: 2000,
  },
  {
    name: 'slip-ids-of-all-lives',
    rule: 'M7',
    bug: 'a slip that an earlier process life may have printed comes out under the same id',
    edits: [
      {
        file: 'machines/terminal-tellings.ts',
        text: "id: `${job.id}-life${boot}${rereads === 0 ? '' : `.${rereads}`}`,",
        replacement: 'id: boot < 0 || rereads < 0 ? `${job.id}-life` : job.id,',
      },
    ],
    within: 2000,
  },
  {
    name: 'voice-names-another-amount',
    rule: 'M4',
    bug: 'the voice rounds the amount of a paid order',
    edits: [
      {
        file: 'machines/terminal-tellings.ts',
        text: 'voice.paid(platform, amountFen, when, verdict.paidAtMs)',
        replacement: 'voice.paid(platform, amountFen - (amountFen % 10), when, verdict.paidAtMs)',
      },
    ],
    within: 100,
  },
];
