"""What all chapters share: questions, progress, links, languages, presenting, printing."""

import json
import re

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from app.lecture import CHAPTERS, STUDIES
from app.settings import ROOT
from tests.browser.learn.reading import AXE, complaints_of_axe
from tests.browser.tabs import DESKTOP
from tests.conftest import running

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
QUESTIONS = """async ([chapter, seed]) => {
    const { predict, exercises } = await import(`/static/js/questions/${chapter}.js`);
    const { seeded } = await import("/static/js/random.js");
    const made = exercises.map((exercise, place) => exercise(seeded(seed * 10 + place)));
    return [predict(), ...made].map(({ fields }) => fields.map(({ answer, choices }) => ({
        answer, choice: choices !== undefined,
    })));
}"""


def questions(page: Page, chapter: str, seed: int = 1) -> list[list[dict]]:
    """Return the fields of what is asked first and of the exercises, with their answers."""
    found: list[list[dict]] = page.evaluate(QUESTIONS, [chapter, seed])
    return found


def fill(quiz: Locator, fields: list[dict], off: float = 0) -> None:
    """Answer a question by keyboard; ``off`` is added to every number."""
    for place, field in enumerate(fields):
        name = f"{quiz.get_attribute('id')}-{place}"
        controls = quiz.locator(f"[name='{name}']")
        if field["choice"]:
            choices = controls.count()
            wanted = controls.nth(int((field["answer"] + (off != 0)) % choices))
            wanted.focus()
            wanted.press("Space")
        else:
            controls.fill(repr(field["answer"] + off))
    quiz.get_by_role("button", name="Check").press("Enter")


def predict(page: Page) -> Locator:
    return page.locator("#predict quiz-question")


def test_the_contents_lead_to_every_chapter_in_order(open_chapter):
    page = open_chapter("")
    links = page.locator(".contents > ol a").evaluate_all("links => links.map((a) => a.pathname)")
    assert links == [f"/learn/{chapter}" for chapter in CHAPTERS]
    page.locator(".contents > ol a").first.press("Enter")
    expect(page).to_have_url(re.compile("/learn/convolution$"))


def test_one_chapter_leads_to_the_next_and_back(open_chapter):
    page = open_chapter(CHAPTERS[0])
    for chapter in CHAPTERS[1:]:
        page.wait_for_load_state("networkidle")
        page.locator("a[rel=next]").press("Enter")
        expect(page).to_have_url(re.compile(f"/learn/{chapter}$"))
    page.wait_for_load_state("networkidle")
    page.locator("a[rel=next]").press("Enter")
    expect(page).to_have_url(re.compile("/learn/cheat-sheet$"))
    page.go_back()
    page.wait_for_load_state("networkidle")
    page.locator("a[rel=prev]").press("Enter")
    expect(page).to_have_url(re.compile(f"/learn/{CHAPTERS[-2]}$"))


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_question_is_answered_by_keyboard_and_marked_with_the_reason(open_chapter, chapter):
    page = open_chapter(chapter)
    first, *rest = questions(page, chapter)
    fill(predict(page), first)
    expect(predict(page)).to_have_attribute("data-state", "right")
    expect(predict(page).locator(".because")).not_to_be_empty()
    for place, fields in enumerate(rest):
        quiz = page.locator(f"quiz-question#exercise-{place}")
        fill(quiz, fields, off=1)
        expect(quiz).to_have_attribute("data-state", "wrong")
        expect(quiz.locator(".because")).not_to_be_empty()
        fill(quiz, fields)
        expect(quiz).to_have_attribute("data-state", "right")
    expect(page.locator(f".toc [data-progress={chapter}]")).to_have_attribute("data-state", "done")
    page.reload()
    expect(page.locator(f".toc [data-progress={chapter}]")).to_have_attribute("data-state", "done")


def test_the_prediction_can_be_skipped_and_a_wrong_one_is_explained(open_chapter):
    page = open_chapter("convolution")
    predict(page).get_by_role("button", name="Show the answer").click()
    expect(predict(page)).to_have_attribute("data-state", "shown")
    expect(page.locator("step-bar .told")).to_contain_text("Row 0, column 1: −9")
    page = open_chapter("convolution")
    predict(page).locator("input").fill("9")
    predict(page).locator("input").press("Enter")
    verdict = predict(page).locator(".verdict")
    expect(verdict).to_contain_text("You said 9; it is −9.")
    expect(verdict.locator(".why")).to_contain_text("sign")


def test_an_empty_answer_is_asked_for_and_not_marked(open_chapter):
    page = open_chapter("convolution")
    predict(page).get_by_role("button", name="Check").click()
    expect(predict(page).locator(".verdict")).to_have_text("Fill in every answer first.")
    expect(predict(page).locator("input")).to_be_focused()
    assert predict(page).get_attribute("data-state") is None


def test_new_numbers_are_in_the_link(open_chapter):
    page = open_chapter("convolution", "#seed=7")
    asked = page.locator("#exercises ol").inner_text()
    page.get_by_role("button", name="New numbers").click()
    assert "seed=8" in page.url
    assert page.locator("#exercises ol").inner_text() != asked
    again = open_chapter("convolution", "#seed=7")
    assert again.locator("#exercises ol").inner_text() == asked


def test_progress_is_kept_by_the_browser_and_can_be_forgotten(open_chapter, server):
    page = open_chapter("stride")
    predict(page).get_by_role("button", name="Show the answer").click()
    kept = json.loads(page.evaluate("localStorage.getItem('convlens-progress')"))
    assert kept["stride"]["predicted"] is True
    page.goto("/learn")
    expect(page.locator("[data-progress=stride]")).to_have_attribute("data-state", "begun")
    page.get_by_role("button", name="Forget my progress").click()
    expect(page.locator("[data-progress=stride]")).to_have_attribute("data-state", "new")
    assert page.context.cookies() == []


def test_another_language_shows_the_same_state(open_chapter):
    page = open_chapter("convolution", "#kernel=0,1,0;1,-4,1;0,1,0&at=2,1")
    page.get_by_role("link", name="Español").press("Enter")
    expect(page).to_have_url(re.compile(r"/learn/es/convolution#kernel=0,1,0;1,-4,1;0,1,0&at=2,1"))
    expect(page.locator("step-bar .told")).to_contain_text("Fila 2, columna 1")


def test_a_link_is_copied_and_that_is_told_in_the_readers_language(open_chapter):
    page = open_chapter("stride", language="es", permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copiar enlace").press("Enter")
    expect(page.locator("#idea .told")).to_have_text("Copiado")
    assert page.evaluate("navigator.clipboard.readText()") == page.url


def current(page: Page) -> list[str]:
    shown: list[str] = page.locator("[data-slide]:visible").evaluate_all(
        "parts => parts.map((part) => part.dataset.slide)"
    )
    return shown


def test_a_presentation_goes_on_with_keys_and_hides_the_answers(open_chapter):
    page = open_chapter("convolution")
    page.get_by_role("button", name="Present", exact=True).press("Enter")
    assert current(page) == ["idea"]
    page.keyboard.press("ArrowRight")
    assert current(page) == ["predict"]
    assert page.url.endswith("#slide=predict")
    assert predict(page).locator(".verdict").inner_text() == ""
    predict(page).get_by_role("button", name="Show the answer").press("Enter")
    expect(predict(page).locator(".because")).to_be_visible()
    page.keyboard.press("PageDown")
    assert current(page) == ["lab"]
    page.keyboard.press("PageUp")
    assert current(page) == ["predict"]
    expect(predict(page).locator(".verdict")).to_be_empty()
    page.keyboard.press("Escape")
    assert len(current(page)) > 3
    assert "slide" not in page.url


def test_a_presentation_goes_on_to_the_next_chapter_and_back(open_chapter):
    page = open_chapter("convolution", "#slide=exercise-3")
    assert current(page) == ["exercise-3"]
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile("/learn/edge-detection#slide=idea$"))
    expect(page.locator("body:not([aria-busy])")).to_be_attached()
    page.keyboard.press("ArrowLeft")
    expect(page).to_have_url(re.compile("/learn/convolution#slide=exercise-3$"))


def test_a_presentation_begins_at_the_first_chapter_and_ends_at_the_last(open_chapter):
    page = open_chapter(CHAPTERS[0], "#slide=idea")
    page.keyboard.press("ArrowLeft")
    assert current(page) == ["idea"]
    page = open_chapter(CHAPTERS[-1], "#slide=exercise-3")
    page.keyboard.press("PageDown")
    assert current(page) == ["exercise-3"]


def test_a_link_that_is_opened_on_the_page_itself_shows_its_state_its_numbers_and_its_slide(
    open_chapter,
):
    page = open_chapter("convolution", "#at=1,1&slide=lab")
    page.evaluate("location.hash = 'at=2,1&seed=7&slide=exercise-2'")
    expect(page.locator("[data-slide=exercise-2]")).to_be_visible()
    assert current(page) == ["exercise-2"]
    assert page.url.endswith("#at=2,1&seed=7&slide=exercise-2")
    asked = page.locator("#exercises ol").inner_text()
    again = open_chapter("convolution", "#seed=7&slide=exercise-2")
    assert again.locator("#exercises ol").inner_text() == asked


def test_a_clicker_turns_whatever_has_the_focus(open_chapter):
    page = open_chapter("padding", "#slide=lab")
    for wanted in ("[role=spinbutton]", ".cell", "input[type=radio]"):
        page.locator(f".lab {wanted}").first.focus()
        page.keyboard.press("PageDown")
        assert current(page) == ["formula"]
        page.keyboard.press("PageUp")
        assert current(page) == ["lab"]
    page.locator(".lab .cell").first.click()
    page.keyboard.type("42")
    page.keyboard.press("PageDown")
    assert current(page) == ["formula"]
    expect(page.locator(".lab .cell").first).to_have_text("42")


def test_a_slide_shows_its_question_below_its_own_number_and_above_the_bar(open_chapter):
    page = open_chapter(
        "cross-correlation", "#slide=exercise-3", viewport={"width": 1280, "height": 720}
    )
    shown = page.locator("#exercises li[data-current]")
    number = shown.evaluate("item => getComputedStyle(item).counterSet")
    assert number == "exercise 3"
    for slide in ("predict", "exercise-1", "exercise-2", "exercise-3"):
        page.evaluate("slide => { location.hash = `slide=${slide}` }", slide)
        expect(page.locator(f"[data-slide={slide}]")).to_be_visible()
        part = page.locator("[data-current]").bounding_box()
        bar = page.locator(".presenter").bounding_box()
        assert part
        assert bar
        assert part["y"] + part["height"] <= bar["y"], slide


def test_arrow_keys_in_a_matrix_do_not_turn_the_page(open_chapter):
    page = open_chapter("convolution", "#slide=lab")
    page.locator(".lab .cell").first.focus()
    page.keyboard.press("ArrowRight")
    assert current(page) == ["lab"]


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_slide_is_projected_in_large_type_and_fits_across(open_chapter, chapter):
    page = open_chapter(chapter, "#slide=idea", viewport={"width": 1280, "height": 720})
    seen = []
    while "slide=" in page.url and page.url.split("#")[0].endswith(chapter):
        seen += current(page)
        size = page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)")
        assert size >= 18
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), seen
        if len(seen) == len(set(seen)) == page.locator("[data-slide]").count():
            break
        page.keyboard.press("PageDown")
    assert seen[:3] == ["idea", "predict", "lab"]
    assert len(seen) == len(set(seen)) == page.locator("[data-slide]").count()


def test_on_paper_there_are_no_controls(open_chapter):
    page = open_chapter("convolution")
    page.emulate_media(media="print")
    for control in (".masthead nav", ".toc", ".turn", ".screen", "quiz-question .actions"):
        for part in page.locator(control).all():
            expect(part).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page = open_chapter("cheat-sheet")
    page.emulate_media(media="print")
    assert len(page.pdf(format="A4")) > 10_000


HANGING = """() => {
    const clips = (element) => getComputedStyle(element).overflowX !== "visible";
    return [...document.querySelectorAll("body *")].filter((element) => {
        const { left, right, width } = element.getBoundingClientRect();
        if (!width || (right <= innerWidth + 1 && left >= -1)) return false;
        let frame = element.parentElement;
        while (frame && !clips(frame)) frame = frame.parentElement;
        return !element.closest(".visually-hidden, .skip, math") && !frame;
    }).map((element) => element.outerHTML.slice(0, 120));
}"""


def fits_at_any_size(page: Page) -> None:
    for width, height in [(1440, 900), (1024, 768), (390, 844), (320, 640)]:
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate(HANGING) == [], f"at {width}"
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width


@pytest.mark.parametrize("chapter", ["", "cheat-sheet", *CHAPTERS])
def test_nothing_hangs_over_at_any_size_and_axe_finds_nothing(open_chapter, chapter):
    page = open_chapter(chapter)
    fits_at_any_size(page)
    if not AXE.exists():
        pytest.skip("axe-core is not installed; npm ci brings it")
    page.set_viewport_size(DESKTOP)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for show in page.get_by_role("button", name="Show the answer", exact=True).all():
            show.click()
        assert complaints_of_axe(page) == [], scheme


@pytest.mark.parametrize("chapter", ["", "cheat-sheet", *CHAPTERS, *STUDIES])
def test_nothing_hangs_over_in_spanish_whose_words_are_longer(open_chapter, chapter):
    fits_at_any_size(open_chapter(chapter, language="es"))


NAMES = {"ConvLens", "PyTorch", "LeNet-5"}
UNMARKED = """() => {
    const skip = `math, code, noscript, pre, script, style, template, .wordmark, .languages, option,
        a[href="/docs"], a[href^="https:"], button[data-action=clear], [aria-hidden=true]`;
    const whole = `p, li, label, h1, h2, h3, summary, button, figcaption, dt, td, th, a, legend,
        span, div`;
    const texts = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const parent = node.parentElement;
        if (parent.closest(skip)) continue;
        texts.push([node.textContent, (parent.closest(whole) ?? parent).textContent]);
    }
    const names = ["aria-label", "title", "aria-valuetext"];
    for (const element of document.querySelectorAll(names.map((name) => `[${name}]`).join())) {
        if (element.closest(skip)) continue;
        for (const name of names) {
            const text = element.getAttribute(name);
            if (text) texts.push([text, text]);
        }
    }
    return texts.filter(([text, all]) => /\\p{L}{3,}/u.test(text) && !all.includes("«"))
        .map(([text]) => text.trim());
}"""


def test_all_that_is_said_comes_from_the_catalogue(browser, tmp_path):
    """In a language whose every message is marked, no word on any page is unmarked."""

    def marked(part, path=()):
        if isinstance(part, str):
            return part if path[:1] == ("meta",) else f"«{part}»"
        if isinstance(part, list):
            return [marked(item, path) for item in part]
        return {name: marked(inner, (*path, name)) for name, inner in part.items()}

    english = json.loads((ROOT / "locales" / "en.json").read_text(encoding="utf-8"))
    (tmp_path / "en.json").write_text(json.dumps(english))
    (tmp_path / "zz.json").write_text(json.dumps(marked(english)))
    with running(tmp_path / "log", CONVLENS_LOCALES_DIR=str(tmp_path)) as url:
        page = browser.new_page()
        model = httpx.get(f"{url}/api/models/lenet5").json()
        # A model's layers have their own names, the same in every language.
        names = NAMES | {row["label"] for row in [*model["layers"], *model["table"]]}
        for chapter in ["", "/cheat-sheet", *(f"/{name}" for name in (*CHAPTERS, *STUDIES))]:
            page.goto(f"{url}/learn/zz{chapter}")
            page.locator("body:not([aria-busy])").wait_for(state="attached")
            page.wait_for_load_state("networkidle")
            unmarked = page.evaluate(UNMARKED)
            assert [text for text in unmarked if text not in names] == [], chapter
        page.close()


def test_the_cheat_sheets_kernels_are_those_of_the_chapters(open_chapter):
    page = open_chapter("cheat-sheet")
    kernels = page.evaluate("async () => (await import('/static/js/kernels.js')).KERNELS")
    shown = (
        page.locator("#edge-detection")
        .locator("xpath=../dl")
        .locator("mtable")
        .evaluate_all(
            "tables => tables.map((t) => [...t.querySelectorAll('mtr')].map((r) =>"
            " [...r.children].map((d) => Number(d.textContent.replace('−', '-')))))"
        )
    )
    names = ("vertical", "sobel_vertical", "scharr_vertical", "laplacian")
    assert shown == [kernels[name] for name in names]
