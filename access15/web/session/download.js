// Files that the page hands to the browser.

/** A part of a file's name. @param {string} text */
export const plain = (text) => text.toLowerCase().replace(/[^a-z0-9_-]+/g, "_").slice(0, 60);

/** Hands a text to the browser as a download. @param {string} text @param {string} name @param {string} type */
export const download = (text, name, type) => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
};
