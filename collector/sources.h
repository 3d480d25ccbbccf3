/* SPDX-License-Identifier: Apache-2.0 */
/* sources.h: what stands behind struct opinia_sources, for sources.c and hook.c. */
#ifndef OPINIA_COLLECTOR_SOURCES_H
#define OPINIA_COLLECTOR_SOURCES_H

#include "collector/adapter.h"
#include "collector/hook.h"
#include "collector/map.h"
#include "collector/secrets_held.h"

struct configured {
	struct opinia_source_info info;
	struct source_settings settings;
	const struct adapter *adapter;
	struct map *map; /* NULL: an adapter of its own */
	struct map_bound *bound;
	const struct hook_scheme *scheme; /* of its calls; NULL: it takes none */
	struct secrets_held *secrets;	  /* of its calls */
};

struct opinia_sources {
	struct arena arena;
	const struct collect_env *env;
	struct configured at[SOURCES_MAX]; /* by name */
	size_t count;
};

#endif
