// For typedoc: every public name has a doc comment, and so has every property of a public interface or class. Its own
// check asks for members of type literals and for what a class has from another one, too.
import { createRequire } from 'node:module'

const { Application, ReflectionKind } = createRequire(process.argv[1])('typedoc')

const kinds = ReflectionKind.Variable | ReflectionKind.Function | ReflectionKind.Class | ReflectionKind.Interface | ReflectionKind.TypeAlias | ReflectionKind.Property | ReflectionKind.Method | ReflectionKind.Accessor

/** Every error has these, and the class says what they are. */
const ofErrors = new Set(['name', 'code', 'message', 'cause', 'stack'])

export function load(app) {
  app.on(Application.EVENT_VALIDATE_PROJECT, (project) => {
    for (const reflection of project.getReflectionsByKind(kinds)) {
      if (isDocumented(reflection) || isExempt(reflection)) continue
      app.logger.warn(`${nameOf(reflection)} (${fileOf(project, reflection)}) has no doc comment`)
    }
  })
}

function isDocumented(reflection) {
  return reflection.hasComment() || [...(reflection.signatures ?? []), reflection.getSignature].some((signature) => signature?.hasComment())
    // `type: { read(): … }`: a function type in a property carries the comment of the property
    || reflection.type?.declaration?.signatures?.some((signature) => signature.hasComment())
}

function isExempt(reflection) {
  const { parent } = reflection
  if (reflection.inheritedFrom !== undefined || reflection.flags.isExternal || reflection.name === '[iterator]') return true
  if (!reflection.kindOf(ReflectionKind.ClassOrInterface | ReflectionKind.SomeModule) && parent?.kindOf(ReflectionKind.TypeLiteral)) return true
  return parent?.kindOf(ReflectionKind.Class) && ofErrors.has(reflection.name)
}

function nameOf(reflection) {
  return reflection.getFullName('.')
}

function fileOf(project, reflection) {
  return project.getSymbolIdFromReflection(reflection)?.fileName ?? 'made by the compiler'
}
