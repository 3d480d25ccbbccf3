/* SPDX-License-Identifier: Apache-2.0 */
/* map_keys.h: from the lines of a map file (map_read.c) to struct map (map_keys.c). */
#ifndef OPINIA_COLLECTOR_MAP_KEYS_H
#define OPINIA_COLLECTOR_MAP_KEYS_H

#include <stdio.h>

#include "collector/map_parts.h"

struct map_line {
	struct sv section, key, value;
	int line;
};

struct map_lines {
	struct map_line at[MAP_LINES_MAX];
	size_t count;
};

/* Is there such a section? ERR_CONFIG with the nearest if not. */
int map_section_known(struct sv name, struct err *err);

/* A map file into @m, whose name and file are set. ERR_CONFIG "file:line: …". */
int map_read(struct map *m, FILE *f, struct arena *arena, struct err *err);

/* All of @lines into @m. ERR_CONFIG: *line says where. */
int map_build(struct map *m, const struct map_lines *lines, struct arena *a, int *line,
	      struct err *err);

#endif
