import type { Plan, StepPlan } from './plan.ts'

/** The smallest plan that still has what is looked for, by taking away one thing after the other. Bounded by its own size. */
export async function shrink(plan: Plan, stillThere: (plan: Plan) => Promise<boolean>): Promise<Plan> {
  for (const smaller of smallerOnes(plan)) if (await stillThere(smaller)) return shrink(smaller, stillThere)
  return plan
}

/** Plans with one thing less. */
export function* smallerOnes(plan: Plan): Generator<Plan> {
  for (const [index] of plan.faults.entries()) yield { ...plan, faults: plan.faults.toSpliced(index, 1) }
  for (const [index, { name }] of plan.steps.entries()) {
    if (plan.steps.length > 1) yield { ...plan, steps: plan.steps.toSpliced(index, 1).map((step) => without(step, name)) }
  }
  for (const [index, { name }] of plan.externals.entries()) {
    yield { ...plan, externals: plan.externals.toSpliced(index, 1), steps: plan.steps.map((step) => ({ ...step, externalFrom: step.externalFrom.filter((each) => each !== name) })) }
  }
  for (const [index, step] of plan.steps.entries()) {
    for (const simpler of simplerSteps(step)) yield { ...plan, steps: plan.steps.with(index, simpler) }
  }
}

function* simplerSteps(step: StepPlan): Generator<StepPlan> {
  for (const list of ['rules', 'artifactsFrom', 'attestationsFrom', 'externalFrom'] as const) {
    for (const [index] of step[list].entries()) yield { ...step, [list]: step[list].toSpliced(index, 1) }
  }
  if (step.otherRun) yield { ...step, otherRun: false }
  if (step.alsoSigned) yield { ...step, alsoSigned: false }
  if (step.found === 'reference') yield { ...step, found: 'subject' }
  if (step.signer !== 'ed25519' && step.signer !== 'certificate') yield { ...step, signer: 'ed25519' }
  if (step.files > 1) yield { ...step, files: 1 }
}

function without(step: StepPlan, name: string): StepPlan {
  const left = (names: readonly string[]): readonly string[] => names.filter((each) => each !== name)
  return { ...step, artifactsFrom: left(step.artifactsFrom), attestationsFrom: left(step.attestationsFrom) }
}
