// For scripts that draw: what a selector finds is the element they wrote into the page, whatever its kind.
interface Element {
  [name: string]: any;
}
