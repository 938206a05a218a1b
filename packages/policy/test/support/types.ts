import { commandRunType } from '@cilock/attestor-command-run/type'
import { materialType, productType } from '@cilock/attestor-files/type'
import type { PredicateType } from '@cilock/core'

export const types: readonly PredicateType[] = [commandRunType, materialType, productType]
