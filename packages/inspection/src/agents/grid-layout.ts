/** The layout of all agents as cells: the largest pitch at which all groups fit, and how wide each group is. */

export interface GridArea {
  readonly width: number;
  readonly height: number;
  /** What stands above the cells of a group and below them, in pixels. */
  readonly header: number;
  readonly gap: number;
  /** The least width of a group that stands beside others. */
  readonly slot: number;
}

export interface GridGroup {
  readonly size: number;
  readonly isFolded: boolean;
}

export interface GridLayout {
  /** Of a cell, in pixels: whole ones. */
  readonly pitch: number;
  /** How many groups of few agents stand side by side. */
  readonly slots: number;
  readonly groups: readonly GroupPlace[];
}

export interface GroupPlace {
  /** It has a row to itself. */
  readonly isWide: boolean;
  /** Cells in a row. */
  readonly columns: number;
  readonly rows: number;
}

const LARGEST_PITCH = 20;
const SMALLEST_PITCH = 5;

/** The height of a group that is folded: a bar and a line of numbers, in pixels. */
const FOLDED_HEIGHT = 32;

/** Returns the layout; at the smallest pitch it may be higher than the area. */
export function gridLayout(groups: readonly GridGroup[], area: GridArea): GridLayout {
  for (let pitch = LARGEST_PITCH; pitch > SMALLEST_PITCH; pitch -= 1) {
    const layout = layoutAt(pitch, groups, area);
    if (heightOf(layout, groups, area) <= area.height) return layout;
  }
  return layoutAt(SMALLEST_PITCH, groups, area);
}

function layoutAt(pitch: number, groups: readonly GridGroup[], { width, slot, gap }: GridArea): GridLayout {
  const slots = Math.max(1, Math.floor((width + gap) / (slot + gap)));
  const inSlot = (width - gap * (slots - 1)) / slots;
  return {
    pitch,
    slots,
    groups: groups.map(({ size }) => {
      const isWide = size * pitch > inSlot;
      const columns = Math.max(1, Math.floor((isWide ? width : inSlot) / pitch));
      return { isWide, columns, rows: Math.ceil(size / columns) };
    }),
  };
}

/** Wide groups stand first, then the others, row by row. */
export function heightOf(layout: GridLayout, groups: readonly GridGroup[], { header, gap }: GridArea): number {
  const heights = layout.groups.map(({ rows }, i) =>
    groups[i]?.isFolded === true ? FOLDED_HEIGHT : rows * layout.pitch,
  );
  const wide = heights.filter((_, i) => layout.groups[i]?.isWide === true);
  const narrow = heights.filter((_, i) => layout.groups[i]?.isWide !== true);
  const narrowRows = Array.from({ length: Math.ceil(narrow.length / layout.slots) }, (_, row) =>
    Math.max(...narrow.slice(row * layout.slots, (row + 1) * layout.slots)),
  );
  return [...wide, ...narrowRows].reduce((sum, height) => sum + header + height + gap, 0);
}
