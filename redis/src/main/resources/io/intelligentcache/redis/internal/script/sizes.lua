-- Chooses which values to read by one command.
-- KEYS     the names of the keys
-- ARGV[1]  the most bytes that a value may have
-- ARGV[2]  the most bytes that all values may have together
-- Answers which names, counted from 1, are not to be read by that command: i if the names before it already exceed that
-- size; -i if the bytes under the name are longer than a value may be, or are no string.
local not_read = {}
local bytes = 0
local longest, most = tonumber(ARGV[1]), tonumber(ARGV[2])
for i, key in ipairs(KEYS) do
  local size = redis.pcall('STRLEN', key)
  if type(size) == 'table' and not string.find(size.err, 'WRONGTYPE', 1, true) then
    return size
  elseif type(size) == 'table' or size > longest then
    not_read[#not_read + 1] = -i
  elseif bytes > most then
    not_read[#not_read + 1] = i
  else
    bytes = bytes + size
  end
end
return not_read
