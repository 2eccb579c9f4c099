/** The study "One step, by hand". */

export {};
