export declare function otherNode(major: 22 | 24): string
