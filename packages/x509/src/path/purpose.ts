/**
 * What the key of the leaf is used for. `any` looks at no extended key usage, as witness does; `codeSigning` and
 * `timeStamping` want it in every certificate of the path that lists usages.
 */
export type PathPurpose = 'any' | 'codeSigning' | 'timeStamping'
