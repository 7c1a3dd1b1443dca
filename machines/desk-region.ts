import { requestedSlipJob } from './desk-tellings.ts';
import { terminalSetup } from './terminal-setup.ts';
import { voiceIn } from './terminal-voice.ts';

/** What the flows behind the menu tell the terminal: its surroundings changed, or a slip is wanted. */
export const deskRegion = terminalSetup.createStateConfig({
  on: {
    'slip.requested': {
      actions: [
        'countReprint',
        { type: 'rememberSlip', params: ({ context, event }) => ({ job: requestedSlipJob(context, event.slip) }) },
        { type: 'print', params: ({ context, event }) => ({ jobs: [requestedSlipJob(context, event.slip)] }) },
      ],
    },
    'staff.set': {
      actions: [
        { type: 'rememberStaff', params: ({ event }) => ({ staffId: event.staffId }) },
        'shareStatus',
        'countPrompt',
        {
          type: 'prompt',
          params: ({ context, event }) => ({ sentence: voiceIn(context).staffSet(event.staffId) }),
        },
      ],
    },
    'slips.dropped': { actions: { type: 'recordDropped', params: ({ event }) => ({ jobs: event.jobs }) } },
    'domains.checked': {
      actions: [
        'countPrompt',
        { type: 'prompt', params: ({ context, event }) => ({ sentence: voiceIn(context).domains(event.alive) }) },
      ],
    },
    'clock.compared': [
      {
        guard: { type: 'clockTurnsWrong', params: ({ event }) => ({ offMs: event.offMs }) },
        actions: [
          { type: 'rememberStatus', params: { clockWrong: true } },
          'shareStatus',
          'countPrompt',
          { type: 'prompt', params: ({ context }) => ({ sentence: voiceIn(context).clockWrong() }) },
        ],
      },
      {
        guard: { type: 'clockTurnsRight', params: ({ event }) => ({ offMs: event.offMs }) },
        actions: [{ type: 'rememberStatus', params: { clockWrong: false } }, 'shareStatus'],
      },
    ],
    'upgrade.due': {
      actions: [{ type: 'rememberStatus', params: ({ event }) => ({ upgradeDue: event.version }) }, 'shareStatus'],
    },
    'guidance.due': {
      actions: ['countPrompt', { type: 'prompt', params: ({ event }) => ({ sentence: event.sentence }) }],
    },
    'guidance.set': {
      actions: [
        'countPrompt',
        { type: 'prompt', params: ({ context, event }) => ({ sentence: voiceIn(context).guidance(event.guided) }) },
      ],
    },
    'terminal.unbound': {
      actions: [
        'rememberUnbound',
        'shareStatus',
        'countPrompt',
        { type: 'prompt', params: ({ context }) => ({ sentence: voiceIn(context).unbound() }) },
      ],
    },
    'wifi.joining': {
      actions: [
        'countPrompt',
        { type: 'prompt', params: ({ context }) => ({ sentence: voiceIn(context).wifiJoining() }) },
      ],
    },
    'wifi.joined': {
      actions: [
        'countPrompt',
        { type: 'prompt', params: ({ context }) => ({ sentence: voiceIn(context).wifiJoined() }) },
      ],
    },
    'wifi.failed': {
      actions: [
        'countPrompt',
        { type: 'prompt', params: ({ context }) => ({ sentence: voiceIn(context).wifiFailed() }) },
      ],
    },
    'speaker.tested': {
      actions: [
        'countPrompt',
        { type: 'prompt', params: ({ context }) => ({ sentence: voiceIn(context).speakerTest() }) },
      ],
    },
  },
});
