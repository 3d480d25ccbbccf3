/* SPDX-License-Identifier: Apache-2.0 */
/* server.c: see opinia_server.h. */
#include "server/opinia_server.h"

#include <stdlib.h>
