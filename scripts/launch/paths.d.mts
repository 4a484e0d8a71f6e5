export const repository: string;
export const nodeProgram: string;
export const nodeArguments: readonly string[];
export const controlPlaneArguments: readonly string[];
export function nodeEnvironment(): Record<string, string | undefined>;
