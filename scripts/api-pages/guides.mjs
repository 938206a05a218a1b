// For typedoc: calls a guide by its heading, and sends links that leave the guides to the repository.
import { createRequire } from 'node:module'

const { Converter } = createRequire(process.argv[1])('typedoc')
const repository = 'https://github.com/cilock/cilock/tree/main/'

export function load(app) {
  app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_context, guide) => {
    const heading = /^# (.+)$/m.exec(guide.content.map(({ text }) => text).join(''))
    if (heading === null) throw new TypeError(`${guide.name} has no heading`)
    guide.name = heading[1].replaceAll('`', '')
    guide.content = guide.content.map(outward)
  })
  app.converter.on(Converter.EVENT_RESOLVE_END, ({ project }) => {
    project.readme = project.readme?.map(outward)
  })
}

/** Guides lie in one folder: what begins with `../` is no guide. */
function outward(part) {
  return part.kind === 'relative-link' && part.text.startsWith('../') ? { kind: 'text', text: repository + part.text.slice('../'.length) } : part
}
