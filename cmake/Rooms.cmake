# A room is a folder built as one static library. NEEDS names the rooms that it may include and
# link; USES names outside libraries. Nothing else is in reach.
function(opinia_room NAME)
  cmake_parse_arguments(ROOM "" "" "NEEDS;USES" ${ARGN})
  file(GLOB ROOM_FILES CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${NAME}/*.c)
  list(FILTER ROOM_FILES EXCLUDE REGEX "/(lexc|main)\\.c$")
  list(TRANSFORM ROOM_NEEDS PREPEND opinia_)
  add_library(opinia_${NAME} STATIC ${ROOM_FILES})
  target_include_directories(opinia_${NAME} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(opinia_${NAME} PUBLIC ${ROOM_NEEDS} PRIVATE ${ROOM_USES})
endfunction()

# The program: the cli room, which alone sees everybody, and its main().
function(opinia_program NAME)
  cmake_parse_arguments(PROGRAM "" "" "NEEDS;USES" ${ARGN})
  opinia_room(cli NEEDS ${PROGRAM_NEEDS} USES ${PROGRAM_USES})
  target_compile_definitions(opinia_cli PUBLIC OPINIA_VERSION="${PROJECT_VERSION}")
  add_executable(${NAME} cli/main.c)
  target_link_libraries(${NAME} PRIVATE opinia_cli)
  add_dependencies(${NAME} lexicon)
endfunction()
