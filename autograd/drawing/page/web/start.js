/* Opening the page, and opening it again with another network. */

const BASE = JSON.parse(document.getElementById('data').textContent);
const EMPTY = document.body.cloneNode(true); // before anything is shown
let endShown = null; // ends what the page has begun

/** Show the page as an address has it. */
function open(address) {
  let kept = {};
  if (endShown) {
    kept = endShown();
    const isScript = element => element.nodeName === 'SCRIPT';
    for (const element of [...document.body.children]) if (!isScript(element)) element.remove();
    const parts = [...EMPTY.cloneNode(true).children].filter(element => !isScript(element));
    document.body.prepend(...parts);
  }
  endShown = page(dataFor(BASE, address), address, kept);
}

open(location.hash.slice(1));
