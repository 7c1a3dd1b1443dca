import type * as v from 'valibot';
import { commandReportSchema, commandSchema, type Command, type CommandReport } from './commands.ts';
import {
  desiredConfigurationSchema,
  reportedConfigurationSchema,
  type DesiredConfiguration,
  type ReportedConfiguration,
} from './configuration.ts';
import { acknowledgementSchema, eventBatchSchema, type Acknowledgement, type EventBatch } from './events.ts';
import { jobProgressSchema, jobRequestSchema, jobSchema, type Job, type JobProgress, type JobRequest } from './jobs.ts';
import { presenceSchema, type Presence } from './presence.ts';
import { snapshotPartSchema, type SnapshotPart } from './snapshot.ts';
import { telemetrySchema, type Telemetry } from './telemetry.ts';
import type { MessageFamily } from './topics.ts';

/** What each family's packets hold. */
export interface MessageOf {
  readonly 'up/st': Presence;
  readonly 'up/tm': Telemetry;
  readonly 'up/ev': EventBatch;
  readonly 'up/cr': CommandReport;
  readonly 'up/sn': SnapshotPart;
  readonly 'up/jg': JobRequest;
  readonly 'up/jb': JobProgress;
  readonly 'up/cf': ReportedConfiguration;
  readonly 'dn/ack': Acknowledgement;
  readonly 'dn/cm': Command;
  readonly 'dn/jb': Job;
  readonly 'dn/cf': DesiredConfiguration;
}

/** How a family is published, and what it holds. */
export interface FamilyRule<Message> {
  readonly qos: 0 | 1;
  readonly retain: boolean;
  readonly title: string;
  /** The rule, in one sentence, for the generated reference. */
  readonly rule: string;
  readonly schema: v.GenericSchema<unknown, Message>;
}

/** The contract in one table (design §8). */
export const MESSAGE_FAMILIES: { readonly [Family in MessageFamily]: FamilyRule<MessageOf[Family]> } = {
  'up/st': {
    qos: 1,
    retain: true,
    title: 'Presence',
    rule: 'Birth at every connection; will with the same boot counter. A death older than the newest birth is ignored.',
    schema: presenceSchema,
  },
  'up/tm': {
    qos: 0,
    retain: false,
    title: 'Telemetry',
    rule: 'The newest wins; never queued.',
    schema: telemetrySchema,
  },
  'up/ev': {
    qos: 1,
    retain: false,
    title: 'Events',
    rule: 'Runs of the journal without a gap; sent again until the service’s own acknowledgement names them.',
    schema: eventBatchSchema,
  },
  'up/cr': {
    qos: 1,
    retain: false,
    title: 'Command report',
    rule: 'n grows with every report; a repeated command gets its last report again.',
    schema: commandReportSchema,
  },
  'up/sn': {
    qos: 1,
    retain: false,
    title: 'Snapshot part',
    rule: 'Parts of one gzip; secrets are masked on the terminal by an allow-list.',
    schema: snapshotPartSchema,
  },
  'up/jg': {
    qos: 1,
    retain: false,
    title: 'Job request',
    rule: '“Give me my job”: at every birth and every six hours with jitter.',
    schema: jobRequestSchema,
  },
  'up/jb': {
    qos: 1,
    retain: false,
    title: 'Job progress',
    rule: 'Applied only if ver matches and n grows.',
    schema: jobProgressSchema,
  },
  'up/cf': {
    qos: 1,
    retain: false,
    title: 'Reported configuration',
    rule: 'What came of a desired configuration.',
    schema: reportedConfigurationSchema,
  },
  'dn/ack': {
    qos: 1,
    retain: false,
    title: 'Acknowledgement',
    rule: 'Sent after the commit of the database; the only thing that frees an event.',
    schema: acknowledgementSchema,
  },
  'dn/cm': {
    qos: 1,
    retain: false,
    title: 'Command',
    rule: 'Carried out at most once by id, never after exp. None pays or refunds.',
    schema: commandSchema,
  },
  'dn/jb': {
    qos: 1,
    retain: false,
    title: 'Upgrade job',
    rule: 'A pointer to a signed release; the terminal checks the release itself.',
    schema: jobSchema,
  },
  'dn/cf': {
    qos: 1,
    retain: false,
    title: 'Desired configuration',
    rule: 'The whole document; a ver that is not higher than the applied one is ignored.',
    schema: desiredConfigurationSchema,
  },
};
