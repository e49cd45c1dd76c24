import type { NamedOption, OptionGroup } from './option-group.ts';
import { displayValue } from './parse-value.ts';
import { LOADER_FLAGS } from './read-flags.ts';

/** Text of `--help` (basic options) and `--help-all` (every one). */
export function renderHelp(groups: readonly OptionGroup[], extent: 'basic' | 'all'): string {
  const shown = groups
    .flatMap((group) => group.options)
    .filter(({ option }) => option.isHidden !== true && (extent === 'all' || (option.category ?? 'basic') === 'basic'));
  const flags = [
    ...Object.entries(LOADER_FLAGS).map(([flag, description]) => ({ flag, text: `  --${flag}\n${wrap(description)}` })),
    ...shown.map((named) => ({ flag: named.flag, text: optionHelp(named) })),
  ].sort((a, b) => (a.flag < b.flag ? -1 : 1));
  const more = extent === 'basic' ? ['', 'Only basic options are shown; --help-all shows every one.'] : [];
  return `${['Usage: telamon [options]', '', ...flags.map(({ text }) => text), ...more].join('\n')}\n`;
}

/** Word for an option's type in help and reference. */
export function typeText({ option }: NamedOption): string {
  switch (option.type) {
    case 'durationMs':
      return 'duration';
    case 'choice':
      return option.choices.map((choice) => (choice === '' ? '""' : choice)).join('|');
    case 'structured':
      return 'structure';
    default:
      return option.type;
  }
}

function optionHelp(named: NamedOption): string {
  const { option } = named;
  const unit = option.unit === undefined ? '' : ` ${option.unit}`;
  const category = option.category === undefined || option.category === 'basic' ? '' : `[${option.category}] `;
  const shown = displayValue(option, named.defaultValue);
  const value = shown === '' || option.type === 'secret' ? '' : ` (default ${shown}${unit})`;
  return `  --${named.flag} ${typeText(named)}\n${wrap(`${category}${option.description}${value}`)}`;
}

function wrap(text: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line !== '' && line.length + word.length + 1 > 100) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].map((part) => `        ${part}`).join('\n');
}
