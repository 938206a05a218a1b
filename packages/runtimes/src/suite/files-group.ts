/** What begins the names of checks that need files and processes. */
export const filesGroup = 'files: '
