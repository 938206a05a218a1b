// For typedoc: calls a module what one writes to import it, not by where its source lies.
import { createRequire } from 'node:module'

const { Converter, ParameterType, ReflectionKind } = createRequire(process.argv[1])('typedoc')

export function load(app) {
  app.options.addDeclaration({ name: 'doors', help: 'Specifiers by source file', type: ParameterType.Mixed, defaultValue: {} })
  app.converter.on(Converter.EVENT_CREATE_DECLARATION, (context, reflection) => {
    if (!reflection.kindOf(ReflectionKind.Module)) return
    const file = context.getSymbolFromReflection(reflection)?.declarations?.[0]?.getSourceFile().fileName
    const specifier = app.options.getValue('doors')[file]
    if (specifier === undefined) throw new TypeError(`no door leads to ${file}`)
    reflection.name = specifier
  })
}
