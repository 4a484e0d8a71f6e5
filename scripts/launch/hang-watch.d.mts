export declare const askEveryMs: number;

export declare class HangWatch {
  answered(): void;
  asks(): boolean;
}
