"""What a page must be so that it is read without eyes or without a mouse, as axe-core and its markup tell."""

from axe_playwright_python.sync_playwright import Axe

GRAVE = ("serious", "critical")
_STILL = "Promise.all(document.getAnimations().filter(each => each.effect.getComputedTiming().endTime !== Infinity)" \
         ".map(each => each.finished.catch(() => null)))"
_UNTOLD = ("xpath=//*[contains(@class, 'js-plotly-plot')]"
           "[not(ancestor::*[@role='figure'][string-length(@aria-label) > 20]) "
           "or not(following::*[@data-testid='stDataFrame' or self::table])]")


def violations(page, *rules):
    """One line for each element that breaks a serious or critical rule of axe-core, one of these or any, once no
    colour is fading."""
    page.evaluate(_STILL)
    options = {"resultTypes": ["violations"]} | ({"runOnly": rules} if rules else {})
    found = Axe().run(page, options=options).response["violations"]
    return [f"{rule['id']} ({rule['impact']}): {node['html'][:300]} {node['failureSummary'][:300]}"
            for rule in found if rule["impact"] in GRAVE for node in rule["nodes"]]


def untold_pictures(page):
    """The charts that lack words that a screen reader says, or a table below them."""
    return page.locator(_UNTOLD)
