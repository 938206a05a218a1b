import { benches } from './benches.ts'

const heading = '# Results of `npm run bench -- --write`'

/** The committed results with some benches run anew, each in a section of its own, in the order of the benches. */
export function withSections(results: string, sections: ReadonlyMap<string, string>): string {
  const known = new Map(results.split(/^## /m).slice(1).map((section): [string, string] => {
    const [name = '', ...lines] = section.split('\n')
    return [name, lines.join('\n').trim()]
  }))
  const all = Object.keys(benches).flatMap((name) => {
    const text = sections.get(name) ?? known.get(name)
    return text === undefined ? [] : [`## ${name}\n\n${text.trim()}`]
  })
  return `${[heading, ...all].join('\n\n')}\n`
}
