# The shipped maps, where the program looks first: beside itself (build/maps).
file(GLOB MAP_FILES CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/collector/maps/*.map)
foreach(MAP IN LISTS MAP_FILES)
  get_filename_component(NAME ${MAP} NAME)
  set(OUT ${CMAKE_BINARY_DIR}/maps/${NAME})
  add_custom_command(
    OUTPUT ${OUT}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_BINARY_DIR}/maps
    COMMAND ${CMAKE_COMMAND} -E copy ${MAP} ${OUT}
    DEPENDS ${MAP} VERBATIM)
  list(APPEND MAPS ${OUT})
endforeach()
add_custom_target(maps ALL DEPENDS ${MAPS})
