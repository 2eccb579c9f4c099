/** The study "How it learned". */

export {};
