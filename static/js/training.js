/** The study "Train it yourself". */

export {};
