/**
 * A chapter of the lecture: the frame around what can be tried. It keeps the chapter's state and
 * its address, asks the questions, notes the progress, and presents.
 */

import { parse, read, texts } from "./address.js";
import { copy } from "./clipboard.js";
import { find, make, on, write } from "./dom.js";
import { QuizQuestion } from "./elements/quiz-question.js";
import { showProgress } from "./lecture/contents.js";
import { present } from "./lecture/presenter.js";
import { done, note } from "./progress.js";
import { seeded } from "./random.js";
import { Store } from "./store.js";

/**
 * @typedef {import("./questions.js").Question} Question
 * @typedef {import("./questions.js").Exercise} Exercise
 */

/**
 * @template {object} S the chapter's state
 * @typedef {object} Chapter
 * @property {S} start
 * @property {import("./address.js").Fields<S>} fields what of the state lives in the address
 * @property {(host: HTMLElement, set: (changed: Partial<S>) => void) => (state: S, changed: Partial<S>) => void} build
 *   puts what can be tried into the host, and returns what shows a state there
 * @property {(state: S) => readonly (readonly Element[])[]} formula lines of equations with the
 *   state's numbers in them, each in parts between which it may break
 * @property {(state: S) => string} [code] the same in PyTorch; it prints what is on the screen
 * @property {{question: Question, reveal: Partial<S>}} predict what is asked first, and the state
 *   that shows the answer
 * @property {readonly Exercise[]} exercises
 */

/**
 * @typedef {object} Frame the part of the address that all chapters share
 * @property {number} seed decides the exercises' numbers
 * @property {string | null} slide the part that is being presented
 */

const MOST = 9999;
/** Milliseconds. */
const RETRY = 1000;

/** @type {import("./address.js").Fields<Frame>} */
const FRAME = {
  seed: {
    write: ({ seed }) => (seed === 1 ? null : String(seed)),
    read: (text) => (/^[1-9]\d{0,3}$/.test(text) ? { seed: Number(text) } : null),
  },
  slide: {
    write: ({ slide }) => slide,
    read: (text) => (/^[a-z]+(-\d)?$/.test(text) ? { slide: text } : null),
  },
};

/**
 * Show a chapter on the page that was made for it.
 *
 * @template {object} S
 * @param {Chapter<S>} chapter
 */
export function open(chapter) {
  const id = document.body.dataset.chapter ?? "";
  const section = (/** @type {string} */ name) => find(document, `#${name}`, HTMLElement);
  const opened = () => ({ ...chapter.start, ...read(chapter.fields, parse(location.hash)) });
  const framed = () => ({ seed: 1, slide: null, ...read(FRAME, parse(location.hash)) });

  const store = new Store(/** @type {S} */ (opened()));
  const frame = new Store(/** @type {Frame} */ (framed()));

  const show = chapter.build(find(section("lab"), ".lab", HTMLElement), (changed) =>
    store.set(changed),
  );

  let painting = 0;
  let pending = /** @type {Partial<S>} */ (store.state);
  const paint = () => {
    painting = 0;
    const changed = pending;
    pending = {};
    show(store.state, changed);
    showFormula();
  };
  const formulas = find(section("formula"), ".formulas", HTMLElement);
  const code = document.querySelector("#formula code");
  const showFormula = () => {
    const lines = chapter.formula(store.state);
    formulas.replaceChildren(...lines.map((line) => make("p", {}, ...line)));
    if (code && chapter.code) write(code, chapter.code(store.state));
  };
  if (!chapter.code) section("code").remove();

  let linking = 0;
  const link = () => {
    const all = [...texts(chapter.fields, store.state), ...texts(FRAME, frame.state)];
    const hash = all.length ? `#${all.join("&")}` : "";
    clearTimeout(linking);
    try {
      if (hash !== location.hash)
        history.replaceState(history.state, "", hash || location.pathname);
    } catch {
      // Safari takes a hundred addresses in half a minute: the newest is written later, then.
      linking = window.setTimeout(link, RETRY);
    }
    for (const other of document.querySelectorAll("a[hreflang]")) {
      /** @type {HTMLAnchorElement} */ (other).hash = hash;
    }
  };

  store.subscribe((_, changed) => {
    Object.assign(pending, changed);
    if (!painting) painting = requestAnimationFrame(paint);
    link();
  });

  const predict = find(section("predict"), "quiz-question", QuizQuestion);
  predict.question = chapter.predict.question;
  const reveal = () => {
    note(id, { predicted: true, exercises: chapter.exercises.length });
    showProgress();
    store.set(chapter.predict.reveal);
  };
  on(predict, "quiz-question:answer", reveal);
  on(predict, "quiz-question:show", reveal);

  const list = find(section("exercises"), "ol", HTMLElement);
  const quizzes = chapter.exercises.map((_, place) => {
    const quiz = new QuizQuestion();
    quiz.id = `exercise-${place}`;
    on(quiz, "quiz-question:answer", (/** @type {boolean} */ right) => {
      if (right) {
        const solved = [...new Set([...done(id).solved, place])];
        note(id, { solved, exercises: chapter.exercises.length });
      }
      showProgress();
    });
    list.append(make("li", { "data-slide": `exercise-${place + 1}` }, quiz));
    return quiz;
  });
  const exercise = () => {
    for (const [place, quiz] of quizzes.entries()) {
      quiz.question = chapter.exercises[place](seeded(frame.state.seed * 10 + place));
    }
  };
  exercise();
  find(document, "[data-action=new-numbers]", HTMLElement).addEventListener("click", () => {
    frame.set({ seed: (frame.state.seed % MOST) + 1 });
    exercise();
  });

  for (const button of document.querySelectorAll("[data-action=link]")) {
    button.addEventListener("click", () =>
      copy(location.href, /** @type {HTMLButtonElement} */ (button)),
    );
  }
  for (const button of document.querySelectorAll("[data-action=copy-code]")) {
    button.addEventListener("click", () =>
      copy(code?.textContent ?? "", /** @type {HTMLButtonElement} */ (button)),
    );
  }
  find(document, "[data-action=restart]", HTMLElement).addEventListener("click", () =>
    store.set(chapter.start),
  );

  const presenter = present(frame.state.slide, (slide) => {
    frame.set({ slide });
    // What was answered on a slide is hidden again when it comes back.
    predict.question = chapter.predict.question;
    exercise();
  });
  frame.subscribe(link);
  addEventListener("hashchange", () => {
    const before = frame.state;
    // Both before either is set: that writes the address anew.
    const [state, shared] = [opened(), framed()];
    store.set(state);
    frame.set(shared);
    if (frame.state.seed !== before.seed) exercise();
    presenter.show(frame.state.slide);
  });

  paint();
  link();
  showProgress();
  document.body.removeAttribute("aria-busy");
}
