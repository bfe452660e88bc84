-- KEYS the names, ARGV[1] the most bytes that a value may have, ARGV[2] how many all may have together.
-- Answers which of them, counted from 1, are not to be read in one go: i if the ones before it have
-- that many already, -i if what is there is longer than a value may be, or no string.
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
