import { useWords } from '../browser/console-context.ts';
import { COMMON } from '../words/common.ts';

interface SelectFieldProps {
  readonly name: string;
  readonly label: string;
  /** Values with their words. */
  readonly options: readonly (readonly [string, string])[];
  readonly value: string;
  readonly choose: (value: string) => void;
  /** Without the word for all. */
  readonly isRequired?: boolean;
}

/** One choice of several; empty is all of them. */
export function SelectField({ name, label, options, value, choose, isRequired = false }: SelectFieldProps) {
  const words = useWords(COMMON);
  const isListed = value === '' || options.some(([one]) => one === value);
  return (
    <label>
      <span>{label}</span>
      <select name={name} value={value} onChange={({ currentTarget }) => choose(currentTarget.value)}>
        {!isRequired && <option value="">{words.all}</option>}
        {!isListed && <option value={value}>{value}</option>}
        {options.map(([one, told]) => (
          <option key={one} value={one}>
            {told}
          </option>
        ))}
      </select>
    </label>
  );
}
