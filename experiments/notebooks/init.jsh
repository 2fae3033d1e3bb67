void show(String html) {
  // One snippet, as the kernel wants it: shows a piece of HTML below the cell.
  org.rapaio.jupyter.kernel.global.Global.display("text/html", html);
}
