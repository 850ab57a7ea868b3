// What Leaflet has and its published types leave out.
import "leaflet";

declare module "leaflet" {
  interface Renderer {
    _bounds: Bounds;
    _container?: HTMLCanvasElement;
    _initContainer(): void;
    _destroyContainer(): void;
    _update(): void;
    _reset(): void;
    _updatePaths(): void;
  }
  interface Projection {
    R: number;
  }
  interface Map {
    _animatingZoom: boolean;
    _zoomAnimated: boolean;
    _onZoomTransitionEnd(): void;
  }
}
