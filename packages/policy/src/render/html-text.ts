import { escapeLine } from '@cilock/core'

/** Markup that was made here, as opposed to text from elsewhere. */
export interface Markup {
  readonly markup: string
}

type Part = string | number | Markup | readonly Markup[]

/** Markup with text put in; all of it is escaped that is not markup itself. */
export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return { markup: texts.map((text, index) => `${text}${index < parts.length ? asMarkup(parts[index] ?? '') : ''}`).join('') }
}

function asMarkup(part: Part): string {
  if (typeof part === 'object') return 'markup' in part ? part.markup : part.map(({ markup }) => markup).join('')
  return escapeLine(String(part)).replaceAll(/[&<>"'`]/g, (character) => `&#${character.codePointAt(0) ?? 0};`)
}
