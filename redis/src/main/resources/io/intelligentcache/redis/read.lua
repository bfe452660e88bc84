-- KEYS the names, ARGV[1] the last byte of a value to answer, ARGV[2] how many bytes to answer in all. Answers
-- for each name the bytes there, '' if there are none, 1 if what is there is no string, or 2 if the bytes
-- that were read before are more than that already; then nothing was read under this name.
local answers = {}
local bytes = 0
local most = tonumber(ARGV[2])
for i, key in ipairs(KEYS) do
  if bytes > most then
    answers[i] = 2
  else
    local stored = redis.pcall('GETRANGE', key, 0, ARGV[1])
    if type(stored) == 'string' then
      bytes = bytes + #stored
      answers[i] = stored
    else
      answers[i] = 1
    end
  end
end
return answers
