import type { DoctorReport, SupportBundle } from '../../contract/support-bundle.ts';
import { useConsole, useWords } from '../browser/console-context.ts';
import { BUNDLE } from '../words/bundle.ts';
import { doctorIn } from '../words/doctor.ts';
import { Pill, type Tone } from './pills.tsx';
import { Table } from './table.tsx';

const TONES: Readonly<Record<string, Tone>> = { ok: 'fine', warning: 'warn', failing: 'bad', unknown: 'off' };
/** What is wrong comes first. */
const ORDER = ['failing', 'warning', 'unknown', 'ok'];

interface DoctorProps {
  readonly report: DoctorReport;
  readonly missing: SupportBundle['missing'];
}

/** What `till doctor` found. */
export function DoctorRows({ report, missing }: DoctorProps) {
  const words = useWords(BUNDLE);
  const told = doctorIn(useConsole().language);
  const findings = report.findings.toSorted((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state));
  return (
    <section class="card table-card" aria-label={words.doctor}>
      <Table columns={[words.state, words.check, words.found, words.remedy]}>
        {findings.map(({ check, state, what, remedy }) => (
          <tr key={check} data-check={check}>
            <td>
              <Pill tone={TONES[state] ?? 'off'}>{words.states[state] ?? state}</Pill>
            </td>
            <td title={check}>{told.check(check)}</td>
            <td class="words" title={what}>
              {told.found(what)}
            </td>
            <td class="words">{remedy !== null && told.remedy(remedy)}</td>
          </tr>
        ))}
        {missing.map(({ part, why }) => (
          <tr key={`missing ${part}`}>
            <td>
              <Pill tone="warn">{words.missing}</Pill>
            </td>
            <td title={part}>{told.check(part)}</td>
            <td class="words">{why}</td>
            <td />
          </tr>
        ))}
      </Table>
    </section>
  );
}
