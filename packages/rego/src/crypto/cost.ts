/** What one signature, made or checked, counts as in steps. */
export const keyOperation = 2000
