/** The study "How well it reads". */

export {};
