/* SPDX-License-Identifier: Apache-2.0 */
/* map_stub.c: stands in until map_*.c and source_map.c are there: remove it with them. */
#include "collector/adapter.h"
#include "collector/map.h"

int map_load(struct map **out, const char *const dirs[2], struct sv name,
	     struct arena *arena, struct err *err)
{
	(void)dirs, (void)arena;
	*out = NULL;
	return err_set(err, ERR_MISSING, "no map " SV_FMT, SV_ARG(name));
}
const struct source_row *map_rows(const struct map *m, size_t *count)
{
	(void)m;
	*count = 0;
	return NULL;
}
const char *map_title(const struct map *m)
{
	(void)m;
	return "";
}
bool map_pulls(const struct map *m)
{
	return m != NULL;
}
bool map_hooks(const struct map *m)
{
	return m != NULL;
}
bool map_channel(const struct map *m, enum channel *out)
{
	(void)out;
	return m != NULL;
}
int map_names(const char *const dirs[2], struct arena *arena, struct sv **out,
	      size_t *count, struct err *err)
{
	(void)dirs, (void)arena, (void)err;
	*out = NULL;
	*count = 0;
	return 0;
}
int map_bind(struct map_bound **out, const struct map *m, const struct source_settings *s,
	     const struct zone *zone, struct arena *arena, struct err *err)
{
	(void)m, (void)s, (void)zone, (void)arena;
	*out = NULL;
	return err_set(err, ERR_MISSING, "no maps");
}
const struct adapter adapter_map = { .kind = "map" };
